import * as z from 'zod/mini';
import type { Json } from '../core/json.ts';
import type { CachedModelInfo, RecipeDescription, RecipeParameters, Vocabulary } from './language.ts';

/** All that the recipe form shows: a view of the document, which alone holds the truth. */
export interface FormState {
  /** Version of the document that this is a view of. */
  readonly version: number;
  readonly fileName: string;
  readonly description: RecipeDescription;
  /** As the editor's squiggles say it, in the order of the text. */
  readonly problems: readonly {
    readonly severity: 'error' | 'warning' | 'information';
    readonly message: string;
    /** Path of the field that is concerned, joined by dots. */
    readonly path: string;
    readonly line: number;
    /** That are concerned; none where the recipe as a whole is. */
    readonly variants: readonly string[];
  }[];
  readonly parameters: RecipeParameters;
  readonly models: readonly CachedModelInfo[];
  /** Columns of the training file, where it can be read. */
  readonly columns?: readonly string[];
  /** Whether anything may be started here. */
  readonly trusted: boolean;
}

/** What planning found of a variant. */
export interface PlanFigures {
  readonly variant: string;
  readonly memoryBytes: number;
  /** Whether this machine was: times are known then. */
  readonly isMeasured: boolean;
  /** Absent where the machine was not measured, and where it depends on data that cannot be read. */
  readonly secondsPerRun?: number;
}

export type ToForm =
  | { readonly type: 'vocabulary'; readonly vocabulary: Vocabulary }
  | { readonly type: 'state'; readonly state: FormState }
  /** Of this version of the document; no figures where it cannot be planned, for this reason. */
  | {
      readonly type: 'plan';
      readonly version: number;
      readonly figures: readonly PlanFigures[];
      readonly problem?: string;
    }
  /** The oldest edit that is not answered yet was made or refused; a state of this version, sent before or after, shows what became of it. */
  | { readonly type: 'edited'; readonly version: number };

const json: z.ZodMiniType<Json> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string().check(z.maxLength(10_000)),
    z.array(json),
    z.record(z.string(), json),
  ]),
);
const step = z.union([z.string().check(z.maxLength(200)), z.number()]);
const path = z.array(step).check(z.minLength(1), z.maxLength(10));

/** Everything that the page may ask; whatever does not fit is logged and dropped. */
export const fromFormSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  /** Puts values at paths; without a `value`, the entry goes; a `newKey` renames it. One undo step. */
  z.strictObject({
    type: z.literal('edit'),
    edits: z
      .array(
        z.union([
          z.strictObject({ path, value: z.optional(json) }),
          z.strictObject({ path, newKey: z.string().check(z.minLength(1), z.maxLength(200)) }),
        ]),
      )
      .check(z.minLength(1), z.maxLength(50)),
  }),
  /** A dialog for the file or model folder of this field. */
  z.strictObject({
    type: z.literal('browse'),
    path,
    what: z.enum(['file', 'folder']),
  }),
  /** The text at this line, counted from 0. */
  z.strictObject({ type: z.literal('reveal'), line: z.int().check(z.minimum(0)) }),
  z.strictObject({ type: z.literal('act'), action: z.enum(['start', 'plan', 'openText', 'dashboard']) }),
]);
export type FromForm = z.output<typeof fromFormSchema>;
