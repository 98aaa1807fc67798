import { join } from 'node:path';

export type Split = 'train' | 'validation' | 'test';

/** Every file name inside a run folder; none is spelt anywhere else. */
export type RunPaths = ReturnType<typeof runPaths>;

/** Folder of the locks that limit how many runs of a runs folder are trained at once. */
export const slotsFolder = (runsDir: string) => join(runsDir, '.slots');

export function runPaths(runDir: string) {
  const inside = (...names: string[]) => join(runDir, ...names);
  return {
    recipe: inside('recipe.peft.yaml'),
    record: inside('run.json'),
    lock: inside('lock'),
    metrics: inside('metrics.jsonl'),
    predictionsFolder: inside('predictions'),
    /** `name`: a split, or the name of another data file with its extension. */
    predictions: (name: string) => inside('predictions', `${name}.jsonl`),
    log: inside('trainer.log'),
    ledger: inside('ledger.json'),
    lastCheckpoint: inside('checkpoints', 'last.safetensors'),
    bestCheckpoint: inside('checkpoints', 'best.safetensors'),
    adapter: inside('adapter'),
    control: inside('control'),
    user: inside('user.json'),
  };
}
