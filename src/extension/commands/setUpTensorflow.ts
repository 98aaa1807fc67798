import type { Services } from '../services.ts';
import { setUp } from './setUp.ts';

export const id = 'peftWorkbench.setUpTensorflow';

/** What `executor: tensorflow` needs. */
export const run = (services: Services): Promise<void> => setUp(services, 'tensorflow', 'TensorFlow.js');
