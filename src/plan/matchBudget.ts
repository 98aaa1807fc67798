import { internal } from '../core/errors.ts';
import type { Method } from '../peft/method.ts';
import { assemble, type Assembly } from '../program/assembly.ts';
import { countParameters } from './parameters.ts';

/** A use of a method whose size can be solved for. */
export interface Budget {
  /** Its place among the methods of the assembly. */
  readonly use: number;
  readonly field: string;
  /** As the recipe has it; absent where it follows from other fields. */
  readonly value?: number;
}

/** The value of a budget's field whose trained count is nearest to the count wanted; the smaller of two. */
export interface BudgetMatch {
  readonly value: number;
  readonly trained: number;
  /** The model or the method allows none beyond it. */
  readonly end?: 'smallest' | 'largest';
}

export function budgetsOf({ methods }: Assembly): Budget[] {
  return methods.flatMap(({ method, fields }, use) => {
    const { budget } = method;
    if (budget === undefined) return [];
    const value = (fields as Readonly<Record<string, unknown>>)[budget];
    return [{ use, field: budget, ...(typeof value === 'number' && { value }) }];
  });
}

/** Solves by declarations alone: the count grows with the field, so that halving finds it. `wanted`: trained parameters without the head. */
export function matchBudget(assembly: Assembly, { use, field }: Budget, wanted: number): BudgetMatch {
  const { method, fields } = assembly.methods[use];
  const trained = (value: number): number | undefined => {
    const changed = withField(method, fields, field, value);
    if (changed === undefined) return undefined;
    const { info } = assembly;
    const problems = [...method.check(changed, info), ...(method.waste?.(changed, info) ?? [])];
    if (problems.some((problem) => problem.field === field)) return undefined;
    const methods = assembly.methods.map((each, i) => (i === use ? { method, fields: changed } : each));
    return countParameters(assemble({ ...assembly, methods })).trained;
  };
  const least = trained(1) ?? internal(`${method.id} has no size 1 of its ${field}`);
  if (least >= wanted) return { value: 1, trained: least, ...(least > wanted && { end: 'smallest' }) };

  // `low` is below what is wanted; `high` is not, or is more than there may be.
  let low = { value: 1, trained: least };
  let high = 2;
  for (let count = trained(high); count !== undefined && count < wanted; count = trained(high)) {
    low = { value: high, trained: count };
    high *= 2;
  }
  while (high - low.value > 1) {
    const value = Math.floor((low.value + high) / 2);
    const count = trained(value);
    if (count !== undefined && count < wanted) low = { value, trained: count };
    else high = value;
  }
  const above = trained(high);
  if (above === undefined) return { ...low, end: 'largest' };
  return wanted - low.trained <= above - wanted ? low : { value: high, trained: above };
}

/** Undefined where the method's fields do not take the value. */
export function withField(method: Method, fields: unknown, field: string, value: unknown): unknown {
  const parsed = method.fields.safeParse({ ...(fields as object), [field]: value });
  return parsed.success ? parsed.data : undefined;
}
