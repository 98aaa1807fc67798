import type { ModelInfo } from '../peft/method.ts';

export const CONFIG = 'adapter_config.json';
export const WEIGHTS = 'adapter_model.safetensors';

/** Path of a tensor in Transformers' class with a head: those of the base model stand behind its prefix. */
export function pathInClass(name: string, { architecture, shape }: ModelInfo): string {
  const isBase = architecture.tensors(shape).some((tensor) => tensor.name === name);
  return isBase ? architecture.basePrefix + name : name;
}
