import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { internal } from '../../core/errors.ts';
import type { HostTensor } from '../../core/tensor.ts';
import type { ModelDType } from '../../trace/graph.ts';
import type { Program } from '../../program/program.ts';
import { narrowed } from '../../trace/narrow.ts';
import { trace } from '../../trace/trace.ts';
import type { Executable, ExecuteInputs } from '../executor.ts';
import type { HostStore } from '../hostStore.ts';
import { encodeOnnx } from './encode.ts';
import { frozenData } from './frozenData.ts';
import { lower } from './lower.ts';
import type { Lowerings } from './lowerings.ts';
import type { ExternalInitializer, OnnxModel } from './model.ts';
import type { Runner } from './profiledSession.ts';
import { runtime, type SessionOptions } from './runtime.ts';
import { deliver, fromOrt, toOrt } from './session.ts';

export interface ResidentContext {
  readonly lowerings: Lowerings;
  readonly modelDType?: ModelDType;
  /** Looks at the graph, without weights, before anything is computed. @throws UserError for one that must not run */
  check(model: Uint8Array): Promise<void>;
  /** Has a session made for this provider. */
  open(create: (options: SessionOptions) => Promise<ort.InferenceSession>): Promise<Runner>;
}

/**
 * A program whose frozen tensors are part of the graph, so that a provider moves them to its device once, when the session is made: at the
 * first run, which brings them. State and feeds go there at every run, and state comes back: for CUDA, ONNX Runtime's binding for Node
 * neither takes nor gives tensors in device memory.
 */
export async function compileResident(context: ResidentContext, program: Program): Promise<Executable> {
  const { modelDType } = context;
  const model = lower(narrowed(trace(program), modelDType), context.lowerings);
  await context.check(encodeOnnx(model));
  const roles = new Map(program.inputs.map(({ name, role }) => [name, role]));
  let made: { session: Runner; frozen: HostStore } | undefined;

  const sessionFor = async (frozen: HostStore) => {
    if (made?.frozen === frozen) return made.session;
    await made?.session.release();
    const weights = frozenOf(model, roles, frozen);
    const session = await context.open((options) => sessionWith(model, weights, modelDType, options));
    made = { session, frozen };
    return session;
  };
  return {
    program,
    run: async ({ frozen, state, feeds }: ExecuteInputs) => {
      const session = await sessionFor(frozen as HostStore);
      const { tensors } = state as HostStore;
      const source = (name: string) => (roles.get(name) === 'state' ? tensors.get(name) : feeds[name]);
      const given = model.inputs.filter(({ name }) => roles.get(name) !== 'frozen');
      const inputs = given.map(({ name }) => [
        name,
        toOrt(source(name) ?? internal(`program ${program.name} got no "${name}"`)),
      ]);
      const outputs = await session.run(Object.fromEntries(inputs));
      return deliver(outputs, program, (name, tensor) => tensors.set(name, fromOrt(tensor)));
    },
    dispose: async () => {
      await made?.session.release();
      made = undefined;
    },
  };
}

function frozenOf(
  model: OnnxModel,
  roles: ReadonlyMap<string, string>,
  store: HostStore,
): [string, HostTensor][] {
  return model.inputs
    .filter(({ name }) => roles.get(name) === 'frozen')
    .map(({ name }) => [name, store.tensors.get(name) ?? internal(`the store has no tensor "${name}"`)]);
}

const WEIGHTS = 'weights.bin';
/** So that a part of the file can be mapped into memory. */
const PAGE = 4096;

/** Weights lie in a file beside the graph, since one message holds no more than 2 GB; both are gone once the session has them. */
async function sessionWith(
  model: OnnxModel,
  frozen: readonly [string, HostTensor][],
  modelDType: ModelDType | undefined,
  options: SessionOptions,
) {
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  try {
    const external = await writeWeights(join(folder, WEIGHTS), frozen, modelDType);
    const taken = new Set(external.map(({ name }) => name));
    const inputs = model.inputs.filter(({ name }) => !taken.has(name));
    const file = join(folder, 'model.onnx');
    await writeFile(file, encodeOnnx({ ...model, inputs, external }));
    return await runtime.InferenceSession.create(file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeWeights(
  file: string,
  tensors: readonly [string, HostTensor][],
  modelDType: ModelDType | undefined,
): Promise<ExternalInitializer[]> {
  const handle = await open(file, 'wx', 0o600); // weights may be private
  try {
    const written: ExternalInitializer[] = [];
    let offset = 0;
    for (const [name, tensor] of tensors) {
      const { dtype, data } = frozenData(tensor, modelDType);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      await handle.write(bytes, 0, bytes.length, offset);
      written.push({ name, dtype, shape: tensor.shape, location: WEIGHTS, offset, length: bytes.length });
      offset = Math.ceil((offset + bytes.length) / PAGE) * PAGE;
    }
    return written;
  } finally {
    await handle.close();
  }
}
