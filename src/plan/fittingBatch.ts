import type { Configuration } from '../recipe/recipe.ts';
import { planConfiguration, type PlanRequest } from './plan.ts';

export type BatchField = 'per_device_train_batch_size' | 'per_device_eval_batch_size';

/**
 * The largest batch, of the present one halved again and again, whose plan fits `memory` (bytes). Where that is not known, half the present
 * one, which is known to be too large. `bytes`: what it needs. Undefined where none fits.
 */
export function fittingBatch(
  request: PlanRequest,
  field: BatchField,
  memory: number | undefined,
): { readonly batchSize: number; readonly bytes: number } | undefined {
  const { configuration } = request;
  for (let size = Math.floor(configuration.training[field] / 2); size >= 1; size = Math.floor(size / 2)) {
    const bytes = planConfiguration({ ...request, configuration: withBatch(configuration, field, size) })
      .memoryBytes.total;
    if (memory === undefined || bytes <= memory) return { batchSize: size, bytes };
  }
  return undefined;
}

function withBatch(configuration: Configuration, field: BatchField, size: number): Configuration {
  return { ...configuration, training: { ...configuration.training, [field]: size } };
}
