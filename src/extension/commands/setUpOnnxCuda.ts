import type { Services } from '../services.ts';
import { setUp } from './setUp.ts';

export const id = 'peftWorkbench.setUpOnnxCuda';

/** What `executor: onnx-cuda` needs. */
export const run = (services: Services): Promise<void> =>
  setUp(services, 'onnx-cuda', 'ONNX Runtime for CUDA');
