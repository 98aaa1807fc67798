import { internal } from '../core/errors.ts';
import type { Architecture, ModelShape } from '../models/architecture.ts';
import type { Assembly } from '../program/assembly.ts';
import { generationPrograms, generationSizes } from '../program/generation.ts';
import type { Program } from '../program/program.ts';
import { evaluationProgram, trainingPrograms, type StepSettings } from '../program/training.ts';
import { longestInput } from '../recipe/longestInput.ts';
import { assembleConfiguration } from '../recipe/assembleConfiguration.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { flops } from '../trace/flops.ts';
import type { Graph } from '../trace/graph.ts';
import { isNarrowed, narrowed } from '../trace/narrow.ts';
import { trace } from '../trace/trace.ts';
import { estimateMemory, type Load, type MemoryEstimate } from './memory.ts';
import { countParameters, type ParameterCounts } from './parameters.ts';
import { sharedTensors } from './sharedTensors.ts';
import type { SplitRows } from '../recipe/splitRows.ts';
import { estimateTime, type TimeEstimate } from './time.ts';
import { typicalLength } from './typicalLength.ts';
import { totalWork, workOf, type Work } from './work.ts';

export interface PlanRequest {
  readonly configuration: Configuration;
  /** From config.json; `missing` from the weights' header: base tensors that it lacks, none where it was not read. */
  readonly model: {
    readonly architecture: Architecture;
    readonly shape: ModelShape;
    readonly missing?: readonly string[];
    /** Longest input that the tokenizer is made for, where it is known. */
    readonly tokenizerMaxLength?: number;
  };
  /** Number of classes; 2 is assumed where it is not known. */
  readonly numLabels?: number;
  /** Tokens of each training example, where they are known. */
  readonly lengths?: readonly number[];
  /** Notes about the data. */
  readonly dataNotes?: readonly string[];
  /** Of each split; rows, where a task makes one of each. */
  readonly examples?: SplitRows;
  /** Seconds that this machine takes for some work, where it was measured; see stepSeconds. */
  readonly secondsOf?: (work: Work) => number;
}

/** What one variant trains and costs. */
export interface Plan {
  /** The variant's. */
  readonly name: string;
  readonly parameters: ParameterCounts;
  /** Forward, backward and update of one optimizer step, at batch size x `max_length`. */
  readonly flopsPerStep: number;
  /** Share of them in products with frozen matrices. */
  readonly frozenPercent: number;
  /** The same at the length to which batches are padded on average. */
  readonly typical?: { readonly length: number; readonly flopsPerStep: number };
  readonly memoryBytes: MemoryEstimate;
  /** On this machine; absent where it was not measured. */
  readonly time?: TimeEstimate;
  readonly backward: BackwardReach;
  /** What was assumed, and what is left out. */
  readonly notes: readonly string[];
}

/** How far down the backward pass goes. */
export interface BackwardReach {
  /** Absent where no layer has a trained tensor: it ends in the head. */
  readonly lowestLayer?: number | 'embeddings';
  /** What that saves of a step whose backward pass goes all the way. */
  readonly flopsSavedPercent: number;
}

/** Plans one variant from its configuration and the model's shape; no weight is read. Some tenths of a second for a large model. */
export function planConfiguration({
  configuration,
  model,
  numLabels,
  lengths,
  examples = {},
  dataNotes = [],
  secondsOf,
}: PlanRequest): Plan {
  const { training, task: taskFields, variant } = configuration;
  const assembly = assembleConfiguration(configuration, {
    ...model,
    missing: model.missing ?? [],
    numLabels: numLabels ?? ASSUMED_LABELS,
  });
  const batchSize = training.per_device_train_batch_size;
  const limits = { tokenizer: model.tokenizerMaxLength, positions: assembly.maxLength };
  const maxLength = longestInput(configuration, limits);
  const steps = tracedSteps(assembly, training);
  const work = flopsOf(steps, batchSize, maxLength);
  const length = lengths?.length
    ? Math.min(maxLength, typicalLength(lengths, batchSize, training.train_sampling_strategy))
    : undefined;

  const isEvaluated = taskFields.validation !== undefined || taskFields.test !== undefined;
  const evaluation = isEvaluated ? trace(evaluationProgram(assembly)) : undefined;
  const evaluationSize = training.per_device_eval_batch_size;
  const loads = [
    ...steps.map(({ graph }) => ({ graph, sizes: { B: batchSize, S: maxLength } })),
    ...(evaluation ? [{ graph: evaluation, sizes: { B: evaluationSize, S: maxLength } }] : []),
    ...(isEvaluated ? writing(assembly, evaluationSize, maxLength) : []),
  ].map(({ graph, sizes }): Load => ({
    graph: narrowed(graph, training.model_dtype),
    binding: bind(graph.symbols, sizes),
  }));
  const typicalWork = (graph: Graph, size: number) =>
    workOf(graph, bind(graph.symbols, { B: size, S: length ?? maxLength }));
  return {
    name: variant,
    parameters: countParameters(assembly),
    flopsPerStep: work.total,
    frozenPercent: (100 * work.frozenProducts) / work.total,
    ...(length === undefined
      ? {}
      : { typical: { length, flopsPerStep: flopsOf(steps, batchSize, length).total } }),
    memoryBytes: estimateMemory(assembly, training, loads),
    ...(secondsOf && {
      time: estimateTime({
        training,
        examples,
        step: totalWork(steps.map(({ graph, times }) => ({ work: typicalWork(graph, batchSize), times }))),
        ...(evaluation && { evaluation: typicalWork(evaluation, evaluationSize) }),
        secondsOf,
      }),
    }),
    backward: backwardReach(assembly, training, work.total, batchSize, maxLength),
    notes: [
      ...(numLabels === undefined ? [`assumes ${ASSUMED_LABELS} classes`] : []),
      ...dataNotes,
      ...sharedTensors(assembly),
      ...(training.model_dtype !== 'float32' && !assembly.frozen.some(isNarrowed)
        ? ['no matrix is frozen: `model_dtype` changes nothing']
        : []),
      ...(secondsOf && training.model_dtype !== 'float32' ? ['the time is that of float32'] : []),
      ...(assembly.task.writes ? ['the time is without the texts that are written when a run ends'] : []),
    ],
  };
}

/** Number of classes where neither recipe nor data tells it. */
export const ASSUMED_LABELS = 2;

/** A traced program and how often an optimizer step runs it. */
interface Step {
  readonly graph: ReturnType<typeof trace>;
  readonly times: number;
}

function tracedSteps(assembly: Assembly, settings: StepSettings): Step[] {
  const programs = trainingPrograms(assembly, settings);
  const step = (program: Program, times: number) => ({ graph: trace(program), times });
  if ('step' in programs) return [step(programs.step, 1)];
  return [step(programs.accumulate, settings.gradient_accumulation_steps), step(programs.apply, 1)];
}

function flopsOf(steps: readonly Step[], batchSize: number, length: number) {
  const counted = steps.map(({ graph, times }) => {
    const { total, frozenProducts } = flops(graph, bind(graph.symbols, { B: batchSize, S: length }));
    return { total: times * total, frozenProducts: times * frozenProducts };
  });
  const sum = (key: 'total' | 'frozenProducts') => counted.reduce((total, step) => total + step[key], 0);
  return { total: sum('total'), frozenProducts: sum('frozenProducts') };
}

type Sizes = Readonly<Record<string, number>>;

function bind(symbols: readonly string[], sizes: Sizes): number[] {
  return symbols.map((symbol) => sizes[symbol] ?? internal(`the plan has no value for the size ${symbol}`));
}

/** The programs by which a task writes texts, none where it does not, at the longest prompts and texts. */
function writing(assembly: Assembly, batchSize: number, maxLength: number): { graph: Graph; sizes: Sizes }[] {
  const { task, taskFields } = assembly;
  if (task.writes === undefined) return [];
  const { begin, extend } = generationPrograms(assembly);
  const most = generationSizes(task.writes.settings(taskFields), { batchSize, maxLength });
  return [
    { graph: trace(begin), sizes: { B: most.texts, S: most.promptLength } },
    { graph: trace(extend), sizes: { B: most.versions, S: 1, P: most.tokensRead - 1 } },
  ];
}

/** Compares with a step that trains the model's lowest norm as well. */
function backwardReach(
  assembly: Assembly,
  settings: StepSettings,
  work: number,
  batchSize: number,
  length: number,
): BackwardReach {
  const { info, trained, frozen } = assembly;
  const lowest =
    info.architecture.tensors(info.shape).find(({ role }) => role === 'gain') ??
    internal(`${info.architecture.id} has no norm`);
  if (
    trained.some(({ name, part }) => part === lowest.part && (part === 'embeddings' || name === lowest.name))
  )
    return { lowestLayer: lowest.layer ?? 'embeddings', flopsSavedPercent: 0 };
  const toTheBottom: Assembly = {
    ...assembly,
    trained: [
      ...trained,
      { ...lowest, method: trained[0].method, init: { kind: 'base' }, stored: false, decay: false },
    ],
    frozen: frozen.filter(({ name }) => name !== lowest.name),
  };
  const layers = trained.flatMap(({ layer, lowestLayer }) => layer ?? lowestLayer ?? []);
  const whole = flopsOf(tracedSteps(toTheBottom, settings), batchSize, length).total;
  return {
    ...(layers.length === 0 ? {} : { lowestLayer: Math.min(...layers) }),
    flopsSavedPercent: Math.max(0, 100 * (1 - work / whole)),
  };
}
