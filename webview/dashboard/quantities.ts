/** A metric's name without its split, and the split: `validation/loss` is the loss of validation, `lr` has no split. */
export interface Quantity {
  readonly name: string;
  readonly split: string;
}

export function quantityOf(metric: string): Quantity {
  const slash = metric.indexOf('/');
  return slash < 0
    ? { name: metric, split: '' }
    : { name: metric.slice(slash + 1), split: metric.slice(0, slash) };
}

/** Readings of the machine, such as a graphics card's memory, are beside what is learnt. */
function isOfMachine(split: string): boolean {
  return split === 'system';
}

/** Other quantities are measured during training or by an evaluation. */
export function isEvaluated(split: string): boolean {
  return split !== '' && split !== 'train' && !isOfMachine(split);
}

/** What differs from batch to batch by chance; evaluations, readings and the schedule of the learning rate have no such noise. */
export function isNoisy(metric: string): boolean {
  const { name, split } = quantityOf(metric);
  return !isEvaluated(split) && !isOfMachine(split) && name !== 'lr';
}

/** Measured once, at the best checkpoint: a point, where the others are courses. */
export function isPoint(split: string): boolean {
  return split === 'test';
}

/** One chart per quantity: the loss, what evaluations measure (the metric that chooses checkpoints first), then the rest, readings of the machine last. */
export function orderQuantities(metrics: readonly string[], chosen: readonly string[]): string[] {
  const names = [...new Set(metrics.map((metric) => quantityOf(metric).name))];
  const evaluated = new Set(metrics.filter((metric) => isEvaluated(quantityOf(metric).split)).map(nameOf));
  const machine = new Set(metrics.filter((metric) => isOfMachine(quantityOf(metric).split)).map(nameOf));
  const first = new Set(chosen.map(nameOf));
  const rank = (name: string) =>
    name === 'loss' ? 0 : first.has(name) ? 1 : evaluated.has(name) ? 2 : machine.has(name) ? 4 : 3;
  // Within a rank: the learning rate before other figures of the optimizer, the rest by name.
  const key = (name: string) => (name === 'lr' ? '' : name);
  return names.sort((a, b) => rank(a) - rank(b) || (key(a) < key(b) ? -1 : 1));
}

function nameOf(metric: string): string {
  return quantityOf(metric).name;
}
