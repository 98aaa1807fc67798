import { adapterhub } from './adapterhub.ts';
import type { ExportForm, ExportRequest } from './form.ts';
import { merged } from './merged.ts';
import { peft } from './peft.ts';
import { torch } from './torch.ts';

const list: readonly ExportForm[] = [peft, adapterhub, merged, torch];

/** Every form by id, the one to prefer first. Adding one is a file and an entry above. */
export const exportForms: Readonly<Record<string, ExportForm>> = Object.fromEntries(
  list.map((form) => [form.id, form]),
);

/** The forms that a run has. */
export function formsOf(request: ExportRequest): string[] {
  return list.filter((form) => form.refusal(request) === undefined).map(({ id }) => id);
}
