import type { Field } from '../recipe/fields.ts';
import type { Preset } from '../recipe/presets.ts';

export type { Preset };
import type { Json } from '../core/json.ts';
import type { AdviceLevels } from '../evidence/rule.ts';
import type { Plan } from '../plan/plan.ts';
import type { ParameterCounts } from '../plan/parameters.ts';

/**
 * What the extension asks of the language server beside the Language Server Protocol: method name to parameters and result.
 * Every request about a document reads the text as it stands in the editor, open or not. None of them starts a process.
 */
export interface LanguageRequests {
  /** What a recipe says about itself; the same for a text with errors, as far as it can be read. */
  'peft/describe': { params: DocumentParams; result: RecipeDescription };
  /** Parameters of every variant, from declarations and config.json alone: fast, and never traced. */
  'peft/parameters': { params: DocumentParams; result: RecipeParameters };
  /** What each variant trains and costs. Traced in a thread of its own: some seconds; cancelling ends it. */
  'peft/plan': { params: PlanParams; result: PlanResult };
  /** The text edits that put values and keys at paths, comments and everything else left as it is. */
  'peft/edit': { params: EditParams; result: EditResult };
  /** Columns and labels of a data file. */
  'peft/columns': { params: { file: string; format?: string }; result: ColumnsResult };
  /** Models in the Hugging Face cache. */
  'peft/models': { params: Record<string, never>; result: readonly CachedModelInfo[] };
  /** What recipes are made of: fields, methods, tasks, presets. */
  'peft/vocabulary': { params: Record<string, never>; result: Vocabulary };
}

export type LanguageRequest = keyof LanguageRequests;

/** What the extension tells the server; it answers nothing. */
export interface LanguageNotifications {
  /** The workspace is trusted from now on. */
  'peft/trusted': Record<string, never>;
  /** Folder of the Hugging Face cache from now on; without one, the environment's. */
  'peft/hubCache': { readonly dir?: string };
  /** What the user wants of each rule of advice from now on. */
  'peft/advice': { readonly levels: AdviceLevels };
  /** Where the user's runs lie; told again whenever one of them has finished or is gone. */
  'peft/runs': { readonly folders: readonly string[] };
  /** Models or data may be others, outside of what the client watches. */
  'peft/lookAgain': Record<string, never>;
}

/** Notification of the server: answers about models and data may be different from now on. */
export const FACTS_CHANGED = 'peft/factsChanged';

export interface DocumentParams {
  readonly uri: string;
}

export interface RecipeDescription {
  /** The recipe's name; the file's where it has none. */
  readonly name: string;
  readonly variants: readonly string[];
  readonly seeds: readonly number[];
  /** As written: a hub id or a path. */
  readonly model?: string;
  /** Folder of the model, where it was found. */
  readonly modelDir?: string;
  /** Why the model cannot be used, in one sentence. */
  readonly modelProblem?: string;
  readonly errors: number;
  readonly warnings: number;
  /** Variants that each problem concerns, in the order of the text; none where that is the recipe as a whole. Absent without problems. */
  readonly concerned?: readonly {
    readonly path: string;
    readonly message: string;
    readonly variants: readonly string[];
  }[];
  /** The root mapping as plain values; absent where the text is no mapping. */
  readonly values?: Json;
  /** Lines, counted from 0, of what editors decorate. */
  readonly places: { readonly training?: number; readonly methods?: number; readonly model?: number };
}

/** One tensor of the base model or of a method. */
export interface TensorShare {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly count: number;
  /** The method that trains it (`head` for the task's head); absent for a frozen tensor. */
  readonly method?: string;
  /** Absent outside the layers. */
  readonly layer?: number;
  /** `embeddings`, `attention`, `ffn`, `final`, `pooler` or `head`. */
  readonly module: string;
  /** Of a LayerNorm of the model: its gain or its bias. */
  readonly isNorm?: true;
}

/** Where tensors of a model lie, apart from the number of their layer. */
export interface ModelPlace {
  readonly module: string;
  /** Of a LayerNorm; the rest of the module otherwise. */
  readonly isNorm: boolean;
  readonly inLayers: boolean;
}

/** How a recipe says where in this model a method acts: by its field `layers`, and by a field that lists words. */
export interface Spread {
  readonly method: string;
  /** The field with the words; absent where layers alone are chosen. */
  readonly field?: string;
  /** Words with a place in this model: those that are offered, then others that the recipe has. One, empty, without a field. */
  readonly words: readonly {
    readonly word: string;
    readonly isOffered: boolean;
    readonly places: readonly ModelPlace[];
  }[];
}

/** One use of a method that has a spread, in the order of the recipe. */
export interface MethodUse {
  readonly method: string;
  readonly layers: readonly number[];
  /** Of the spread's words. */
  readonly words: readonly string[];
}

export interface VariantParameters {
  readonly variant: string;
  /** Absent with a `problem`: why they are not known, in one sentence. */
  readonly counts?: ParameterCounts;
  /** Every tensor of the model, and what methods and head add, in file order. */
  readonly tensors?: readonly TensorShare[];
  readonly uses?: readonly MethodUse[];
  readonly problem?: string;
}

export interface RecipeParameters {
  /** As written. */
  readonly model?: string;
  /** `bert` and the like. */
  readonly architecture?: string;
  readonly layers?: number;
  /** Of every method that acts by layer, whether a variant has it or not. */
  readonly spreads?: readonly Spread[];
  readonly variants: readonly VariantParameters[];
  /** Why nothing is known: the text has errors, the model is not there. */
  readonly problem?: string;
}

export interface PlanParams extends DocumentParams {
  /** Names of variants; all where it is absent or empty. */
  readonly variants?: readonly string[];
}

export type PlanResult =
  | {
      readonly model: string;
      readonly variants: readonly Plan[];
      /** All of them as the command line prints them: plain text of many lines. */
      readonly text: string;
    }
  | { readonly problem: string };

export interface EditParams extends DocumentParams {
  readonly edits: readonly ValueEdit[];
}

/** A value to be put at a path, where without one the entry is removed; or another key for the entry at a path. */
export type ValueEdit =
  | { readonly path: readonly (string | number)[]; readonly value?: Json; readonly newKey?: never }
  | { readonly path: readonly (string | number)[]; readonly newKey: string; readonly value?: never };

export type EditResult =
  | {
      /** Version of the document for which the edits hold. */
      readonly version: number;
      readonly edits: readonly {
        readonly range: {
          readonly start: { readonly line: number; readonly character: number };
          readonly end: { readonly line: number; readonly character: number };
        };
        readonly newText: string;
      }[];
    }
  | { readonly problem: string };

export type ColumnsResult =
  | {
      readonly columns: readonly string[];
      readonly rows: number;
      /** The different values of each column that has at most 50 of them, sorted. */
      readonly values: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly problem: string };

export interface CachedModelInfo {
  readonly id: string;
  readonly revision: string;
  readonly dir: string;
  /** Absent where no architecture here reads it. */
  readonly architecture?: string;
  readonly parameters?: number;
}

export interface Vocabulary {
  /** The recipe as a tree of fields, with help, defaults and ranges. */
  readonly recipe: Field;
  readonly methods: readonly {
    readonly id: string;
    readonly title: string;
    /** One to three letters, of this method alone. */
    readonly tag: string;
    readonly help: string;
    readonly source: string;
    /** The recipe may list it several times. */
    readonly several: boolean;
    /** Absent for a union: each of its parts has its own. */
    readonly learningRate?: { readonly default: number; readonly range: readonly [number, number] };
    /** Ids of the methods whose tensors it trains: its own, or those of a union's parts. */
    readonly trains: readonly string[];
  }[];
  readonly tasks: readonly {
    readonly id: string;
    /** Fields of `task` that name columns, in order; last those that are `optional`: without one no column is read. */
    readonly columns: readonly {
      readonly field: string;
      readonly optional: boolean;
      readonly isLabel: boolean;
    }[];
    /** Fields of `task` whose texts have columns in braces, each of which a recipe needs. */
    readonly templates: readonly string[];
    readonly metrics: readonly string[];
  }[];
  readonly presets: readonly Preset[];
  /** Forms in which a finished run is exported, the one to prefer first; not every run has each. */
  readonly exportForms: readonly {
    readonly id: string;
    /** What loads it, in a few words. */
    readonly help: string;
    /** It names the base model: a run whose base is a folder needs a name for others. */
    readonly namesBase: boolean;
  }[];
  /** Endings of data files that can be read, with the dot. */
  readonly dataExtensions: readonly string[];
}
