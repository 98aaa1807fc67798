/** What a run's status allows, for the pages: they know nothing of `runs`. */
export { hasEnded, isExportable, isResumable, isStoppable } from '../runs/runState.ts';
