import { headOnly } from './headOnly.ts';
import { lnTuning } from './lnTuning.ts';
import type { Method } from './method.ts';

const list: readonly Method[] = [lnTuning, headOnly];

/** Every method, by id; their order is the order in which several act at one place. Adding one is a file and an entry above. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  list.map((method) => [method.id, method]),
);

/** Positions that methods take from the longest input, in tokens. */
export function positionsTaken(uses: readonly { readonly id: string; readonly fields: unknown }[]): number {
  return uses.reduce((sum, { id, fields }) => sum + (methods[id].positionsTaken?.(fields) ?? 0), 0);
}
