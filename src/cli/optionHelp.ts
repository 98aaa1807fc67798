import { executors } from '../recipe/training.ts';

/** What an option means, in one line; it means the same in every command that has it. */
export const optionHelp: Readonly<Record<string, string>> = {
  advice: 'says as well what is known of recipes like this one',
  adapter: 'folder of an adapter, as a run or HF PEFT writes it',
  'base-model': 'id of the base model on the hub, for others to find it by',
  baseline: 'variant that the others are compared with; else that of the report',
  concurrency: 'how many runs are trained at once, 1 unless given; with --detach',
  detach: 'does not wait for the runs',
  executor: `what computes: ${executors.filter((id) => id !== 'reference').join(', ')}`,
  file: 'data file to read instead',
  format: 'form in which it is written',
  json: 'prints JSON for programs',
  method: 'method whose size is solved for, where there are several',
  metric: 'metric that is compared, such as validation/accuracy',
  'no-measure': 'does not measure this machine; without an earlier measurement the time is left out',
  out: 'where to write',
  revision: 'branch, tag or commit of the model, main unless given',
  runs: 'folder of the runs, `runs` unless given',
  save: 'keeps the predictions in the folder of the run instead of printing them',
  seed: 'trains with this seed alone; may be given several times',
  set: 'replaces a value of the recipe, as in training.max_steps=100; may be given several times',
  'share-device': 'does not wait for a graphics card on which another run trains',
  split: 'data to measure on: validation or test',
  to: 'recipe whose number of trained parameters is wanted',
  'to-variant': 'variant of that recipe',
  variant: 'name of a variant of the recipe',
};
