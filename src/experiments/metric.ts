import type { Group } from './groups.ts';

export interface MetricChoice {
  /** Name, with or without its split; default: the metric by which the best checkpoints were chosen. */
  readonly name?: string;
  /** Default: `test` where every group was tested, else `validation`. */
  readonly split?: 'validation' | 'test';
}

/** Full name (`test/accuracy`) of the metric on which groups are compared; undefined where none has it. */
export function comparedMetric(groups: readonly Group[], { name, split }: MetricChoice): string | undefined {
  const measured = groups.filter(({ metrics }) => metrics.size > 0);
  const has = (metric: string) => measured.some(({ metrics }) => metrics.has(metric));
  if (name?.includes('/')) return has(name) ? name : undefined;
  const [run] = measured.flatMap(({ runs }) => runs);
  const chosen = name ?? (run?.record.metric ?? measured[0]?.metrics.keys().next().value)?.split('/').at(-1);
  const wasTested = measured.every(({ metrics }) => metrics.has(`test/${chosen}`));
  const metric = `${split ?? (wasTested ? 'test' : 'validation')}/${chosen}`;
  return has(metric) ? metric : undefined;
}
