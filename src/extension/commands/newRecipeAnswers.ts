import { relative, sep } from 'node:path';
import type { ColumnsResult, Preset, Vocabulary } from '../../protocol/language.ts';

/** What the steps of New Recipe find out. Paths are absolute. */
export interface Answers {
  readonly model: { readonly id: string; readonly revision?: string } | { readonly dir: string };
  readonly task: Vocabulary['tasks'][number];
  readonly train: string;
  readonly table: Exclude<ColumnsResult, { problem: string }>;
  /** Columns by the field of the task that names them. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Columns that stand in a text, by the field of the task that has it, and those texts. */
  readonly templateColumns?: Readonly<Record<string, readonly string[]>>;
  readonly templates?: Readonly<Record<string, string>>;
  readonly label?: Readonly<Record<string, string>>;
  /** A file, or a share of the training file. */
  readonly validation: string | number;
  readonly preset: Preset;
  readonly fileName: string;
}

/** The path as a recipe in `dir` writes it: relative where it can be, with slashes. */
export function pathFrom(dir: string, path: string): string {
  return relative(dir, path).split(sep).join('/');
}
