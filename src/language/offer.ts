import type { Json } from '../core/json.ts';

/** A value that completion offers. */
export interface Offer {
  readonly value: Json;
  /** How it is written, where YAML has several forms. */
  readonly text?: string;
  readonly detail?: string;
  /** Markdown. */
  readonly help?: string;
  /** More can be written behind it: a folder of a path. */
  readonly goesOn?: true;
}

/** A rate in the notation of recipes: `1.0e-3`; from a tenth on `0.1`. */
export function rateText(rate: number): string {
  const text = rate.toExponential();
  return rate >= 0.1 ? String(rate) : text.includes('.') ? text : text.replace('e', '.0e');
}
