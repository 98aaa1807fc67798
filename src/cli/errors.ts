import { messageOf, Refusal, RunFailure, UserError } from '../core/errors.ts';
import type { OwnHead } from '../tasks/task.ts';
import type { Command } from './command.ts';

export function unknownCommand(name: string, meant: string | undefined): UserError {
  const remedy =
    meant === undefined ? '`peft-workbench --help` lists the commands.' : `Did you mean \`${meant}\`?`;
  return new UserError(`Expected the name of a command, found ${name}`, remedy);
}

export function badArguments(command: Command, fault: string): UserError {
  return new UserError(fault, `Usage: peft-workbench ${command.name} ${command.usage}`);
}

export function recipeUnreadable(file: string, cause: unknown): UserError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const found = Object.hasOwn(insteadOfRecipe, code)
    ? insteadOfRecipe[code]
    : `but it cannot be read: ${messageOf(cause)}`;
  return new UserError(`${file}: expected a recipe, a .yaml file, ${found}`);
}

const insteadOfRecipe: Readonly<Record<string, string>> = {
  ENOENT: 'found nothing there',
  ENOTDIR: 'found nothing there',
  EISDIR: 'found a folder',
  EACCES: 'found one that may not be read',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'found something else than UTF-8 text',
};

export function noRecipe(file: string): UserError {
  return new UserError(`${file}: expected a recipe, a .yaml file, found another kind of file`);
}

export function noRunsFolder(dir: string): UserError {
  return new UserError(
    `Expected a folder of runs at ${dir}, found nothing there.`,
    'Without a folder, `runs` lists those of ./runs.',
  );
}

/** One line per error, as `check` prints them. */
export function faultyRecipe(lines: readonly string[]): UserError {
  return new UserError(lines.join('\n'));
}

export function noSuchBaseline(baseline: string, labels: readonly string[]): UserError {
  return new UserError(`--baseline: expected one of ${labels.join(', ')}; found ${baseline}`);
}

export function noRunsOf(recipe: string, runsDir: string): Refusal {
  return new Refusal(
    `${runsDir} has no run of the recipe ${recipe}. Train it first, or name its folder with --runs.`,
  );
}

export function nothingToPredict(task: string): Refusal {
  return new Refusal(`${task} predicts nothing of a row. \`evaluate\` measures it.`);
}

export function nameOfTheRun(file: string): Refusal {
  return new Refusal(
    `--save keeps predictions under the name of their file, and ${JSON.stringify(file)} is not free for that. Rename the file.`,
  );
}

export function stillActive(id: string, status: string): Refusal {
  return new Refusal(
    `${id} is ${status}, so its predictions are its own process's to write. Save others once it has ended.`,
  );
}

export function nothingMeasured(metric: string | undefined): Refusal {
  return new Refusal(
    `None of the runs has finished with ${metric === undefined ? 'a metric' : `the metric ${metric}`}, so there is nothing to compare.`,
  );
}

export function noRunsToShow(runsDir: string): UserError {
  return new UserError(
    `Expected a folder of runs at ${runsDir}, found no run there.`,
    'Name the folder that `train` wrote to: `runs`, where it was called, unless --runs named another.',
  );
}

export function pageMissing(path: string, cause: unknown): UserError {
  return new UserError(
    `Expected a page of this program at ${path}, but it cannot be read: ${messageOf(cause)}`,
    'The installation is incomplete: install it again, or build it.',
  );
}

export function badSetting(text: string): UserError {
  return new UserError(`--set: expected PATH=YAML that leads to a field of the recipe, found ${text}`);
}

export function noSuchVariant(variant: string, known: readonly string[], option = '--variant'): UserError {
  return new UserError(
    `${option}: expected one of ${known.map((name) => `"${name}"`).join(', ')}; found "${variant}"`,
  );
}

export function noSuchSeed(text: string): UserError {
  return new UserError(
    `--seed: expected a whole number from 0 to ${2 ** 31 - 1}, found ${JSON.stringify(text)}`,
  );
}

export function noSuchExecutor(name: string, known: readonly string[]): UserError {
  return new UserError(`--executor: expected one of ${known.join(', ')}; found ${name}`);
}

export function limitNeedsDetach(): UserError {
  return new UserError('--concurrency: expected together with --detach, found alone');
}

export function noSuchLimit(text: string): UserError {
  return new UserError(`--concurrency: expected a whole number from 1 to 99, found ${JSON.stringify(text)}`);
}

export function alreadyFinished(run: string): Refusal {
  return new Refusal(`${run} has finished; there is nothing to resume.`);
}

export function atWork(run: string): Refusal {
  return new Refusal(`${run} is being trained by a process that is alive.`);
}

export function runVanished(dir: string, problem: string): RunFailure {
  return new RunFailure(
    `the run folder ${dir} vanished or became unreadable while it was trained: ${problem}`,
  );
}

// What is evaluated or exported

export function noBestCheckpoint(run: string, status: string): Refusal {
  return new Refusal(`${run} has no best checkpoint yet (status: ${status}).`);
}

export function notFinished(run: string, status: string): Refusal {
  return new Refusal(
    `${run} has no adapter to export: it is ${status}. \`peft-workbench resume\` brings a run to its end.`,
  );
}

export function noAdapter(dir: string): UserError {
  return new UserError(
    `--adapter: expected adapter.json (as a run writes it) or adapter_config.json (HF PEFT's) in ${dir}, found neither`,
  );
}

export function peftHasHeadOfClass(dir: string, { does, asClass }: OwnHead): UserError {
  return new UserError(
    `${dir}: expected \`${asClass}\` in the recipe, as Transformers' class computes it for which HF PEFT trained this adapter, found one that ${does}`,
  );
}

export function foreignMethod(dir: string, id: string): UserError {
  return new UserError(
    `${dir}: expected methods that this version knows, found ${JSON.stringify(id)} with fields that it does not`,
  );
}

export function foreignTensor(
  name: string,
  tensor: string,
  found: readonly number[],
  expected: readonly number[] | undefined,
): UserError {
  const wanted =
    expected === undefined
      ? 'only tensors that its methods train'
      : `${tensor} of shape [${expected.join(', ')}]`;
  return new UserError(`${name}: expected ${wanted}, found ${tensor} of shape [${found.join(', ')}]`);
}

export function otherBaseWeights(dir: string, name: string): UserError {
  return new UserError(
    `${dir}: expected the weights that ${name} was trained on, found others (their SHA-256 differs)`,
    'What was learnt on one model means nothing on another: put the same weights there, or train anew.',
  );
}

export function otherTrainData(file: string, name: string): UserError {
  return new UserError(
    `${file}: expected the training data of ${name}, found other (its SHA-256 differs)`,
    'The labels of a run that has not finished are read from its training data: put the same file there, or train anew.',
  );
}

export function variantsDiffer(variants: readonly string[]): UserError {
  return new UserError(
    `--variant: expected one of ${variants.map((name) => `"${name}"`).join(', ')}, because they differ in model or task; found none`,
  );
}

export function noSplit(name: string, split: string): UserError {
  return new UserError(
    `${name}: expected \`task.${split}\` in the recipe, found none`,
    'Name a file with --file.',
  );
}

export function shareNeedsRun(name: string): UserError {
  return new UserError(
    `${name}: expected a validation file, found a share of train, which is cut off by the seed of a run`,
    'Name a run, or a file with --file.',
  );
}

export function otherSplitRule(name: string): UserError {
  return new UserError(
    `${name}: expected the rule by which this version cuts off validation data, found that of another version, so the run was trained on some of it`,
    'Name a file with --file, or train anew.',
  );
}

export function randomTensors(name: string, tensors: readonly string[]): Refusal {
  return new Refusal(
    `${name}: neither the checkpoint nor an adapter holds ${tensors.join(', ')} for these labels. ` +
      'With random values in their place the result would mean nothing: name an adapter with --adapter, or train first.',
  );
}

export function noSuchFormat(format: string, known: readonly string[]): UserError {
  return new UserError(
    `--format: expected one of ${known.join(', ')}, the forms that this version writes; found ${format}`,
  );
}

/** `reason`: a sentence without its full stop; `forms`: those that the run has. */
export function noSuchForm(form: string, reason: string, forms: readonly string[]): Refusal {
  const instead =
    forms.length === 0
      ? "The run's own adapter folder holds the result"
      : `Use --format ${forms.join(' or ')}`;
  return new Refusal(`${form}: ${reason}. ${instead}.`);
}

export function localBase(path: string): UserError {
  return new UserError(
    `--base-model: expected the id under which others find the base model, because the run names a folder of this machine (${path})`,
    'For example: --base-model sentence-transformers/all-MiniLM-L6-v2',
  );
}

// What is set up

export function noSuchSetup(found: string, known: readonly string[]): UserError {
  return new UserError(`setup: expected ${known.join(' or ')}, found ${found}`);
}

export function noSuchDevice(found: string): UserError {
  return new UserError(`--device: expected cpu or cuda, found ${found}`);
}

export function noDeviceOf(setup: string, device: string): UserError {
  return new UserError(
    `setup ${setup}: expected no --device, which chooses what \`setup tensorflow\` builds; found --device ${device}`,
  );
}

export function deviceOfOwnPackage(device: string, dir: string): UserError {
  return new UserError(
    `--device ${device}: expected a package that setup builds, found one of your own in ${dir}`,
    'Leave --device out to try it; to have one built, unset PEFT_WORKBENCH_TENSORFLOW.',
  );
}

// The ledger, and budgets

export function noLedger(run: string, status: string): Refusal {
  return new Refusal(
    `${run} has no ledger: it is written at the end of a run, and this one is ${status}. ` +
      '`peft-workbench resume` brings a run to its end.',
  );
}

export function variantNotChosen(option: string, recipe: string, known: readonly string[]): UserError {
  return new UserError(
    `${option}: expected one of ${known.map((name) => `"${name}"`).join(', ')}, the variants of ${recipe}; found none`,
  );
}

export function notCountable(recipe: string, problem: string): UserError {
  return new UserError(`${recipe}: ${problem}`);
}

export function noBudget(recipe: string, variant: string, methods: readonly string[]): Refusal {
  return new Refusal(
    `${recipe}: no method of "${variant}" (${methods.join(', ')}) has a field that its number of trained parameters grows with, ` +
      'as the bottleneck of an adapter, the rank of LoRA or the length of a prefix do, so there is nothing to solve.',
  );
}

export function severalBudgets(recipe: string, variant: string, names: readonly string[]): Refusal {
  return new Refusal(
    `${recipe}: the size of several methods of "${variant}" can be solved, one at a time. Name one with --method: ${names.join(', ')}.`,
  );
}

export function noSuchBudget(method: string, known: readonly string[]): UserError {
  return new UserError(`--method: expected ${known.join(' or ')}, whose size can be solved; found ${method}`);
}
