import type { Executor } from '../executor.ts';
import { hostStore, type HostStore } from '../hostStore.ts';
import { processorName, threadCount } from '../threads.ts';
import { lowerings } from './lowerings.ts';
import { compileWith, fromOrt, onnxRuntimeVersion, toOrt, type Provider } from './session.ts';

/** ONNX Runtime's CPU provider. */
export function onnxCpu(): Executor {
  return {
    id: 'onnx-cpu',
    store: hostStore,
    compile: (program) => compileWith(cpu, program),
    describe: () => Promise.resolve({ device: processorName(process.env), versions: onnxRuntimeVersion() }),
    dispose: () => Promise.resolve(),
  };
}

/**
 * Memory patterns are off: they keep a plan and a block of memory for every shape of batch, which multiplies the peak where lengths vary.
 */
const cpu: Provider = {
  lowerings,
  isDevice: false,
  sessionOptions: () => ({
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    intraOpNumThreads: threadCount(process.env),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }),
  tensorsOf: (store) => {
    const { tensors } = store as HostStore;
    return Promise.resolve({
      get: (name) => {
        const tensor = tensors.get(name);
        return tensor && toOrt(tensor);
      },
      set: (name, tensor) => tensors.set(name, fromOrt(tensor)),
    });
  },
};
