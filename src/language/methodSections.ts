import { assembled } from '../facts/assembled.ts';
import type { ModelInfo, TrainedTensor } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { countParameters } from '../plan/parameters.ts';
import type { Facts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { childOf } from '../recipe/yamlNode.ts';
import type { YamlMap, YamlNode } from '../recipe/yamlNode.ts';

/** A method of a configuration, and where it stands in the text. */
export interface MethodSection {
  readonly id: string;
  readonly fields: unknown;
  /** Its section, or its item of a list; that of a union for a part that is not written. */
  readonly section: YamlNode;
  readonly tensors: readonly TrainedTensor[];
}

/** The methods of a configuration beside its model; undefined where the model is not known. */
export function methodSections(
  configuration: Configuration,
  tree: YamlMap,
  facts: Facts,
):
  | { readonly info: ModelInfo; readonly base: number; readonly sections: readonly MethodSection[] }
  | undefined {
  const assembly = assembled(configuration, facts);
  const written = tree.entries.get('methods');
  if ('problem' in assembly || written?.kind !== 'map') return undefined;
  const { info } = assembly;
  const sections = configuration.methods.flatMap(({ id, item, fields }): MethodSection[] => {
    const whole = written.entries.get(id);
    const section = whole && item !== undefined ? childOf(whole, item) : whole;
    return section === undefined ? [] : [{ id, fields, section, tensors: methods[id].declare(fields, info) }];
  });
  return { info, base: countParameters(assembly).base, sections };
}
