import type { FormState, FromForm, ToForm } from '../../src/protocol/form.ts';
import type { ValueEdit, VariantParameters, Vocabulary } from '../../src/protocol/language.ts';
import type { Finding } from './findings.ts';
import type { UiState } from './uiState.ts';
import type { Json, Path } from './values.ts';

/** What the page shows at a moment. */
export interface View extends UiState {
  readonly vocabulary: Vocabulary;
  readonly state: FormState;
  /** The root mapping; undefined where the text is none. */
  readonly values: Json | undefined;
  readonly parameters: VariantParameters | undefined;
  /** The last plan; of an older text where its version says so. */
  readonly plan: Extract<ToForm, { type: 'plan' }> | undefined;
}

/** What the parts of the page can do. */
export interface Actions {
  edit(edits: readonly ValueEdit[]): void;
  /** For edits that are computed from the view: once it shows all that were sent before. */
  whenSettled(change: () => void): void;
  browse(path: Path, what: 'file' | 'folder'): void;
  act(action: Extract<FromForm, { type: 'act' }>['action']): void;
  set(change: Partial<UiState>): void;
  /** Shows the variant that is concerned, and focuses the field; opens the text where the form has none for it. */
  goTo(finding: Finding, variant?: string): void;
}

/** A part of the page: made once, updated in place. */
export interface Part {
  readonly element: HTMLElement;
  update(view: View): void;
}

/** A number with its thousands apart. */
export function countText(value: number): string {
  return value.toLocaleString('en-US');
}
