import type { ExportRequest } from './form.ts';

/** Why Transformers' class with a head would not compute what the run learnt, if so. */
export function unlikeClass({ model, adapter }: ExportRequest): string | undefined {
  const { sequenceClassification: name } = model.architecture.classes;
  if (adapter.task.pooling === 'mean')
    return `the run pools by mean, but Transformers' ${name} has another head, so it would compute something else; the form torch brings the run's own`;
  const random = model.missing.filter((tensor) => !adapter.tensors.has(tensor));
  if (random.length > 0)
    return `the base model has no ${random.join(', ')} and the run did not train any, so the exported model would compute with random ones`;
  return undefined;
}
