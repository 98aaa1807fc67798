import { headOnly } from './headOnly.ts';
import { lnTuning } from './lnTuning.ts';
import type { Method } from './method.ts';

const list: readonly Method[] = [lnTuning, headOnly];

/** Every method, by id; their order is the order in which several act at one place. Adding one is a file and an entry above. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  list.map((method) => [method.id, method]),
);
