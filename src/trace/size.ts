/** One product of symbols, e.g. 3 B S²: `powers[i]` is the exponent of the graph's i-th symbol. */
export interface Term {
  readonly coefficient: number;
  readonly powers: readonly number[];
}

/** A whole number that may depend on the graph's symbols: a constant, or an integer polynomial with at least one non-constant term. */
export type Size = number | readonly Term[];

/** Values of the symbols, in the graph's order. */
export type Binding = readonly number[];

export function evaluate(size: Size, binding: Binding): number {
  if (typeof size === 'number') return size;
  return size.reduce((sum, { coefficient, powers }) => sum + coefficient * monomial(powers, binding), 0);
}

export function monomial(powers: readonly number[], binding: Binding): number {
  return powers.reduce((product, power, i) => product * binding[i] ** power, 1);
}

/** E.g. `2 B S + 12`. */
export function sizeText(size: Size, symbols: readonly string[]): string {
  if (typeof size === 'number') return String(size);
  const termText = ({ coefficient, powers }: Term) => {
    const factors = powers.flatMap((power, i) => Array.from({ length: power }, () => symbols[i]));
    return [...(coefficient === 1 && factors.length > 0 ? [] : [String(coefficient)]), ...factors].join(' ');
  };
  return size.map(termText).join(' + ');
}

export function addSizes(a: Size, b: Size): Size {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const symbolCount = (typeof a === 'number' ? (b as readonly Term[]) : a)[0].powers.length;
  const termsOf = (size: Size): readonly Term[] =>
    typeof size === 'number' ? [{ coefficient: size, powers: new Array<number>(symbolCount).fill(0) }] : size;
  const sums = new Map<string, Term>();
  for (const { coefficient, powers } of [...termsOf(a), ...termsOf(b)]) {
    const key = powers.join();
    sums.set(key, { coefficient: coefficient + (sums.get(key)?.coefficient ?? 0), powers });
  }
  const terms = [...sums.values()].filter((term) => term.coefficient !== 0);
  const constant = terms.every(({ powers }) => powers.every((power) => power === 0));
  return constant ? terms.reduce((sum, { coefficient }) => sum + coefficient, 0) : terms;
}
