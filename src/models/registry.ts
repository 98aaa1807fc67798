import type { Architecture } from './architecture.ts';
import { bert } from './bert.ts';
import { distilbert } from './distilbert.ts';
import { unknownArchitecture } from './errors.ts';
import { gpt2 } from './gpt2.ts';
import { roberta } from './roberta.ts';

/** Every architecture, by `model_type`. Adding one is a file beside this and a line here. */
export const architectures: Readonly<Record<string, Architecture>> = {
  [bert.id]: bert,
  [roberta.id]: roberta,
  [distilbert.id]: distilbert,
  [gpt2.id]: gpt2,
};

/** @throws UserError for a `model_type` that is not among them. */
export function findArchitecture(modelType: unknown): Architecture {
  const found =
    typeof modelType === 'string' && Object.hasOwn(architectures, modelType)
      ? architectures[modelType]
      : undefined;
  if (found === undefined) throw unknownArchitecture(modelType, Object.keys(architectures));
  return found;
}
