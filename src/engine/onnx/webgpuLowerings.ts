import { lowerings, type Lowerings } from './lowerings.ts';

/** How each op is written for the WebGPU provider, where that differs from the CPU provider. */
export const webgpuLowerings: Lowerings = {
  ...lowerings,
};
