import { messageOf } from '../../core/errors.ts';
import { firstVisible } from '../devices.ts';
import type { Executor, ExecutorOptions } from '../executor.ts';
import { hostStore } from '../hostStore.ts';
import { nvidiaCard } from '../nvidiaSmi.ts';
import { cudaLibraries } from '../onnxRuntimePackage.ts';
import { deviceSession } from './deviceSession.ts';
import { identityModel } from './deviceCopy.ts';
import { cudaFails, cudaMissing } from './errors.ts';
import { lowerings } from './lowerings.ts';
import { preload } from './preload.ts';
import { profiledSession } from './profiledSession.ts';
import { compileResident } from './residentProgram.ts';
import { runtime, type SessionOptions } from './runtime.ts';
import { onnxRuntimeVersion } from './session.ts';

/**
 * ONNX Runtime's CUDA provider. Frozen weights stay on the device; state and feeds are moved at every run (see residentProgram.ts).
 * @throws UserError where its libraries, NVIDIA's, the driver or the card are missing; compiling, and a program's first run,
 * also where it does not stay on the card
 */
export async function onnxCuda({ onPlacement, modelDType }: ExecutorOptions = {}): Promise<Executor> {
  const folder = cudaLibraries(process.env);
  if (folder === undefined) throw cudaMissing();
  try {
    preload(folder);
    const session = await runtime.InferenceSession.create(identityModel('float32'), options);
    await session.release();
  } catch (error) {
    throw cudaFails(messageOf(error).trim().split('\n')[0]);
  }
  return {
    id: 'onnx-cuda',
    store: hostStore,
    compile: (program) =>
      compileResident(
        {
          lowerings,
          modelDType,
          check: async (model) => {
            await (await deviceSession(program.name, model, options)).release();
          },
          open: (create) => profiledSession({ program: program.name, options, onPlacement }, create),
        },
        program,
      ),
    describe: async () => {
      const card = await nvidiaCard(firstVisible(process.env), process.env);
      const versions = { ...onnxRuntimeVersion(), ...(card && { 'NVIDIA driver': card.driver }) };
      return { device: card === undefined ? 'CUDA' : `CUDA (${card.name})`, versions, isNvidia: true };
    },
    dispose: () => Promise.resolve(),
  };
}

/** `CUDA_VISIBLE_DEVICES` says which card is the first. */
const options: SessionOptions = {
  executionProviders: [{ name: 'cuda', deviceId: 0 }],
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
  logSeverityLevel: 3,
};
