import type { Action } from './action.ts';
import { addControls } from './addControls.ts';
import { matchBudgets } from './matchBudgets.ts';
import { setLearningRates } from './setLearningRates.ts';
import { splitIntoVariants } from './splitIntoVariants.ts';

/** Every action of a place, in the order of the menu. Adding one is a file and an entry here. */
export const actions: readonly Action[] = [matchBudgets, setLearningRates, splitIntoVariants, addControls];
