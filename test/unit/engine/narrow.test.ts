import type { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { HostTensor } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { openExecutor } from '../../../src/engine/registry.ts';
import { lowerings } from '../../../src/engine/onnx/lowerings.ts';
import type { SessionOptions } from '../../../src/engine/onnx/runtime.ts';
import { compileResident } from '../../../src/engine/onnx/residentProgram.ts';
import { hostStore } from '../../../src/engine/hostStore.ts';
import { evaluationProgram } from '../../../src/program/training.ts';
import type { ModelDType } from '../../../src/trace/graph.ts';
import { isNarrowed } from '../../../src/trace/narrow.ts';
import { DEVICE_TIMEOUT_MS } from '../../support/executorsHere.ts';
import { oneExampleEach, type UnionExample } from '../../support/methodExamples.ts';
import { narrowFaults, narrowHere, narrowTolerance } from '../../support/narrowHere.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyModels, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

/** Nothing but float32 comes as near. */
const NARROW = 1e-5;

const settings = { ...plainSettings, adam_epsilon: 1e-4 };
it.runIf(narrowFaults.length > 0)('an adapter without float16 is refused, and why', () => {
  for (const { fault } of narrowFaults)
    expect(fault).toContain('expected an adapter that computes in float16');
});

it('an executor is not opened in a format that it lacks', async () => {
  await expect(openExecutor('onnx-cpu', { modelDType: 'bfloat16' })).rejects.toThrow(
    'onnx-cpu: expected `model_dtype` to be float32, found bfloat16',
  );
});

/** Largest difference in units of the largest number, of what both programs give over some steps. */
async function difference(
  model: { config: JsonObject; use: UnionExample['use'] },
  other: { executorId: ExecutorId; modelDType: ModelDType },
): Promise<number> {
  const assembly = tinyAssembly(model);
  const outcome = async (made: object) => {
    const weights = tinyWeights(assembly, settings);
    const { run } = await tinyRun({ settings, assembly, weights, ...made });
    const seen: Record<string, HostTensor>[] = [];
    for (let step = 0; step < 4; step++) {
      const feeds = tinyFeeds(assembly, settings, { B: 3 + (step % 2), S: 6, step });
      seen.push(await run('step', feeds), await run('evaluate', feeds));
    }
    return seen;
  };
  const [expected, found] = [await outcome({}), await outcome(other)];
  return Math.max(...expected.map((results, i) => farthest(found[i], results)));
}

function farthest(found: Record<string, HostTensor>, expected: Record<string, HostTensor>): number {
  const distances = Object.entries(expected).map(([name, { data }]) => {
    const scale = Math.max(...data.map(Math.abs));
    return Math.max(...data.map((x, i) => Math.abs(x - found[name].data[i]))) / scale;
  });
  return Math.max(...distances);
}

describe.each(narrowHere)(
  '$id with frozen matrices in $dtype',
  { timeout: DEVICE_TIMEOUT_MS },
  ({ id, dtype }) => {
    const all = tinyModels.flatMap((model) => oneExampleEach.map((method) => ({ ...model, ...method })));
    it.each(all)('steps as near to the reference as they are: $architecture, $name', async (made) => {
      const found = await difference(made, { executorId: id, modelDType: dtype });
      expect(found).toBeLessThan(narrowTolerance[dtype]);
      const isNarrow = tinyAssembly(made).frozen.some(isNarrowed);
      if (isNarrow) expect(found).toBeGreaterThan(NARROW);
    });
  },
);

it.each(tinyModels)(
  "weights in float16 in the graph are as near to the reference on ONNX Runtime's processor: $architecture",
  { timeout: DEVICE_TIMEOUT_MS },
  async ({ config }) => {
    const assembly = tinyAssembly({ config });
    const feeds = tinyFeeds(assembly, settings, { B: 3, S: 6 });
    const expected = await (await tinyRun({ assembly, settings })).run('evaluate', feeds);
    const options: SessionOptions = { executionProviders: ['cpu'], logSeverityLevel: 3 };
    const context = {
      lowerings,
      modelDType: 'float16' as const,
      check: () => Promise.resolve(),
      open: (create: (given: SessionOptions) => Promise<InferenceSession>) => create(options),
    };
    const executable = await compileResident(context, evaluationProgram(assembly));
    const weights = tinyWeights(assembly, settings);
    const stores = { frozen: hostStore(weights.frozen), state: hostStore(weights.state) };
    const found = farthest(await executable.run({ ...stores, feeds }), expected);
    expect(found).toBeLessThan(narrowTolerance.float16);
    expect(found).toBeGreaterThan(NARROW);
    await executable.dispose();
  },
);
