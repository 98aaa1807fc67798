import type { Json, JsonObject } from '../core/json.ts';
import type { ModelInfo } from './method.ts';

/** What HF PEFT puts in front of the paths of a model's modules, where it wraps the model twice. */
export const PEFT_ROOT = 'base_model.model.';

/** PEFT's key of a tensor that it calls as we do, in a module of the base model. */
export function peftKey(name: string, { architecture }: ModelInfo): string {
  return PEFT_ROOT + architecture.basePrefix + name;
}

/** The fault of fields of a configuration that have another value than those that the method does; absent, null and empty ones have none. */
export function unreadFields(
  config: JsonObject,
  known: Readonly<Record<string, readonly Json[]>>,
): string | undefined {
  const isAbsent = (value: Json | undefined) =>
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  for (const [field, values] of Object.entries(known)) {
    const value = config[field];
    if (isAbsent(value) || values.includes(value)) continue;
    const expected =
      values.length === 0 ? 'nothing' : values.map((each) => JSON.stringify(each)).join(' or ');
    return `${field}: expected ${expected}, which this version reads, found ${JSON.stringify(value)}`;
  }
  return undefined;
}
