import { adapter } from './adapter.ts';
import { bitfit } from './bitfit.ts';
import { full } from './full.ts';
import { headOnly } from './headOnly.ts';
import { ia3 } from './ia3.ts';
import { lnTuning } from './lnTuning.ts';
import { lora } from './lora.ts';
import { mam } from './mam.ts';
import type { Method, MethodUnion, UsedMethod } from './method.ts';
import { prefixTuning } from './prefixTuning.ts';

const list: readonly Method[] = [full, lnTuning, bitfit, prefixTuning, lora, ia3, adapter, headOnly];

/** Every method, by id; their order is the order in which several act at one place. Adding one is a file and an entry above. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  list.map((method) => [method.id, method]),
);

/** Every union that a recipe can name as if it were a method, by id. */
export const unions: Readonly<Record<string, MethodUnion>> = Object.fromEntries(
  [mam].map((union) => [union.id, union]),
);

/** Methods by their ids, each with the fields that it is used with. */
export function methodsOf(uses: readonly { readonly id: string; readonly fields: unknown }[]): UsedMethod[] {
  return uses.map(({ id, fields }) => ({ method: methods[id], fields }));
}
