import { createHash } from 'node:crypto';
import { fixed } from '../core/display.ts';
import { cardOf, computesOn, ruledOut } from '../engine/devices.ts';
import { modelDTypes, type ExecutorId } from '../engine/executor.ts';
import { nvidiaReport } from '../engine/nvidiaSmi.ts';
import { ownRuntime } from '../engine/onnxRuntimePackage.ts';
import { executors, offeredExecutors, resolveExecutor } from '../engine/registry.ts';
import { findPackage } from '../engine/tensorflowPackage.ts';
import { thisMachine } from '../facts/machineSpeed.ts';
import type { ModelDType } from '../trace/graph.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { writeResolved } from '../recipe/resolved.ts';
import { claimCard, type HeldCard } from './cardLock.ts';
import { noExecutorFor } from './errors.ts';
import { keep, keptChoice, type Choice } from './keptChoices.ts';
import type { Trial } from './trial.ts';
import { tryExecutor } from './tryExecutor.ts';

export interface ChooseOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** The number formats that it must have: of all runs of the experiment; default that of the configuration. */
  readonly dtypes?: readonly ModelDType[];
  /** Told before something is measured, which takes seconds. */
  readonly onMeasure?: (candidates: readonly ExecutorId[]) => void;
  /** Told where a choice cannot be kept, so that the next one is measured again. */
  readonly onUnkept?: (why: string) => void;
  readonly attempt?: typeof tryExecutor;
  /** Those that are neither the processor's own nor the slow reference. */
  readonly candidates?: readonly ExecutorId[];
  readonly ruledOut?: typeof ruledOut;
}

const processor = resolveExecutor('auto');

const others = offeredExecutors.filter((id) => id !== processor);

const HOUR_MS = 3_600_000;
/** How long a choice holds of which every executor gave a time, or is one of software. */
const SURE_MS = 7 * 24 * HOUR_MS;
/** How long it holds where one failed, which may pass: a full card, a driver that is being installed. */
const UNSURE_MS = HOUR_MS;

/** Names the executor that `auto` is to mean, where that must not depend on the machine. */
const OVERRIDE = 'PEFT_WORKBENCH_AUTO';

/**
 * The fastest executor that works here, by a few steps of the experiment's first configuration on each, in processes of their own. With
 * nothing beside the processor nothing is started. What was measured is kept for a while, for this machine, version, driver and shape of step;
 * not where another run trained on the card meanwhile.
 * @throws UserError where none that works has the number formats
 */
export async function chooseExecutor(
  configuration: Configuration,
  seed: number,
  options: ChooseOptions,
): Promise<Choice> {
  const { env, signal, onMeasure, attempt = tryExecutor, candidates = others } = options;
  const named = env[OVERRIDE];
  if (named !== undefined && Object.hasOwn(executors, named))
    return { executor: named as ExecutorId, reason: `${OVERRIDE} names it` };

  const { dtypes = [configuration.training.model_dtype] } = options;
  const lacking = (id: ExecutorId) => dtypes.filter((dtype) => !modelDTypes[id].includes(dtype));
  const hasDTypes = (id: ExecutorId) => lacking(id).length === 0;
  const out = new Map<ExecutorId, string>();
  for (const id of candidates) {
    const why =
      (options.ruledOut ?? ruledOut)(id, env) ??
      (hasDTypes(id) ? undefined : `it has no ${lacking(id).join(' and no ')}`);
    if (why !== undefined) out.set(id, why);
  }
  let left = candidates.filter((id) => !out.has(id));
  /** Where no other works. */
  const onlyProcessor = (): Choice => {
    if (!hasDTypes(processor)) throw noExecutorFor(dtypes, reasons(out));
    return { executor: processor, reason: ['nothing else works here', ...reasons(out)].join('; ') };
  };
  if (left.length === 0) return onlyProcessor();

  const key = await keyOf(configuration, env, candidates, dtypes);
  const kept = await keptChoice(env, key);
  if (kept !== undefined) return kept;

  onMeasure?.([...left, ...(hasDTypes(processor) ? [processor] : [])]);
  const recipe = writeResolved(configuration, seed);
  const seconds = new Map<ExecutorId, number>();
  /** Of another program on the card a measurement would tell more than of the executor. */
  let wasAlone = true;
  let isSure = true;
  const measure = async (id: ExecutorId) => {
    const card = await cardFor(id, env);
    wasAlone &&= card !== 'taken';
    try {
      const trial = await attempt(id, recipe, { env, signal });
      isSure &&= trial.works;
      const why = faultIn(trial);
      if (why === undefined) seconds.set(id, (trial as { secondsPerStep: number }).secondsPerStep);
      else out.set(id, why);
    } finally {
      if (card !== 'taken') await card?.giveBack();
    }
  };
  const chosen = (choice: Choice) =>
    wasAlone ? keep(env, { key, ...choice, holdsMs: isSure ? SURE_MS : UNSURE_MS }, options) : choice;
  for (const id of left) await measure(id);
  left = left.filter((id) => seconds.has(id));
  // Nothing to compare it with.
  if (left.length === 0) return chosen(onlyProcessor());

  if (hasDTypes(processor)) await measure(processor);
  const ranked = [...seconds].sort((a, b) => a[1] - b[1]);
  const [[executor]] = ranked;
  const times = ranked.map(([id, each]) => `${id} ${fixed(each, 3)} s a step`);
  return chosen({ executor, reason: [...times, ...reasons(out)].join('; ') });
}

/** `taken` where another trains on the card, or nobody can tell; undefined for an executor without one. */
async function cardFor(id: ExecutorId, env: NodeJS.ProcessEnv): Promise<HeldCard | 'taken' | undefined> {
  const card = cardOf(id, env);
  if (card === undefined) return undefined;
  return (await claimCard(card, env).catch(() => undefined)) ?? 'taken';
}

function faultIn(trial: Trial): string | undefined {
  if (!trial.works) return trial.fault.replace(/\s+/g, ' ');
  if (trial.isEmulated === true) return `${trial.device} is software, slower than the processor itself`;
  return trial.secondsPerStep === undefined ? 'it gave no step' : undefined;
}

const reasons = (out: ReadonlyMap<ExecutorId, string>) => [...out].map(([id, why]) => `${id}: ${why}`);

/** Of whatever makes a step faster or slower: machine, driver, program, model, methods, sizes. */
async function keyOf(
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  candidates: readonly ExecutorId[],
  dtypes: readonly ModelDType[],
): Promise<string> {
  const { model, revision, weights, methods, task, training } = configuration;
  const usesCards = candidates.some((id) => computesOn(id, env) === 'graphics card');
  const nvidia = usesCards ? await nvidiaReport(env) : undefined;
  const cards = nvidia && 'cards' in nvidia ? nvidia.cards.map(({ name, driver }) => [name, driver]) : [];
  const parts = {
    machine: thisMachine('', env),
    visible: env.CUDA_VISIBLE_DEVICES,
    cards,
    candidates,
    // One that is set up later is another candidate.
    packages: [findPackage(env)?.dir, ownRuntime(env)],
    step: [
      [model, revision, weights, task],
      methods.map(({ id, fields }) => [id, fields]),
      [
        training.per_device_train_batch_size,
        training.gradient_accumulation_steps,
        training.model_dtype,
        dtypes,
      ],
      [training.optim, training.train_sampling_strategy],
    ],
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
