import type { HostTensor, HostTensors } from '../../src/core/tensor.ts';
import type { ExecutorId, TensorStore } from '../../src/engine/executor.ts';
import { executors } from '../../src/engine/registry.ts';
import type { Assembly } from '../../src/program/assembly.ts';
import { evaluationProgram, trainingPrograms } from '../../src/program/training.ts';
import type { ModelDType } from '../../src/trace/graph.ts';
import { plainSettings, tinyAssembly, tinyWeights } from './tinyModel.ts';

export type Feeds = Readonly<Record<string, HostTensor>>;

/** The tiny model's programs on one executor, with the tensors they work on. */
export interface TinyRun {
  readonly assembly: Assembly;
  readonly frozen: TensorStore;
  readonly state: TensorStore;
  /** Runs a program by its name: step, accumulate, apply, evaluate. */
  run(program: string, feeds: Feeds): Promise<Record<string, HostTensor>>;
}

export async function tinyRun({
  executorId = 'reference' as ExecutorId,
  settings = plainSettings,
  assembly = tinyAssembly(),
  weights = tinyWeights(assembly, settings),
  modelDType = 'float32' as ModelDType,
} = {}): Promise<TinyRun> {
  const executor = await executors[executorId]({ modelDType });
  const programs = [...Object.values(trainingPrograms(assembly, settings)), evaluationProgram(assembly)];
  const compiled = new Map(
    await Promise.all(
      programs.map(async (program) => [program.name, await executor.compile(program)] as const),
    ),
  );
  const frozen = executor.store(copied(weights.frozen), 'frozen');
  const state = executor.store(copied(weights.state));
  return {
    assembly,
    frozen,
    state,
    run: (program, feeds) => compiled.get(program)!.run({ frozen, state, feeds }),
  };
}

function copied(tensors: HostTensors): HostTensors {
  return new Map(
    [...tensors].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as HostTensor]),
  );
}
