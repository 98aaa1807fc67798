import { keyOf, normals } from '../core/random.ts';
import { floatTensor, zeros, type HostTensors } from '../core/tensor.ts';
import { GRADIENT_SQUARES, trainingState } from '../program/training.ts';
import { optimizerStep, type StepContext } from './optimizerStep.ts';
import { trainedTensors, type Session } from './session.ts';
import type { Steps } from './steps.ts';

export interface TrialContext extends StepContext {
  readonly session: Session;
  readonly steps: Steps;
}

/** What one step of the run's own program does to each trained tensor. */
export interface StepEffect {
  readonly moved: ReadonlySet<string>;
  readonly hadGradient: ReadonlySet<string>;
}

/**
 * Runs one step with a fresh optimizer beside the run, which goes on untouched. `away`: standard deviation of what is added to the trained
 * tensors before it.
 */
export async function trialStep(
  context: TrialContext,
  { away = 0, learningRate }: { away?: number; learningRate(method: string): number },
): Promise<StepEffect> {
  const { session, configuration, steps, seed } = context;
  const { assembly, executor } = session;
  const before = await trainedTensors(session);
  if (away > 0) addNoise(before, away, seed);
  const fresh = trainingState(assembly, configuration.training);
  const state = executor.store(
    new Map([...copied(before), ...fresh.map(({ name, shape }) => [name, zeros(shape)] as const)]),
  );
  try {
    await optimizerStep({ ...context, session: { ...session, state } }, steps.take(0), {
      step: 0,
      batch: 0,
      learningRate,
    });
    const after = await state.read();
    const squares = after.get(GRADIENT_SQUARES)!.data;
    const names = assembly.trained.map(({ name }) => name);
    return {
      moved: new Set(names.filter((name) => !sameValues(before.get(name)!.data, after.get(name)!.data))),
      hadGradient: new Set(names.filter((_, i) => squares[i] > 0)),
    };
  } finally {
    state.dispose();
  }
}

function addNoise(tensors: HostTensors, std: number, seed: number): void {
  for (const [name, { data }] of tensors) {
    const noise = normals(keyOf(seed, 'trial', name, String(std)), data.length);
    for (let i = 0; i < data.length; i++) data[i] += std * noise[i];
  }
}

/** A store takes the memory that it is given. */
function copied(tensors: HostTensors): HostTensors {
  return new Map(
    [...tensors].map(([name, { shape, data }]) => [name, floatTensor(shape, Float32Array.from(data))]),
  );
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
