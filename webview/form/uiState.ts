import { areTexts } from '../shared/areTexts.ts';

/** What the user has set, kept by the editor while the page is hidden and over a reload. */
export interface UiState {
  /** The variant of which methods and counts are shown. */
  readonly variant?: string;
  /** The method that the grid switches. */
  readonly brush?: string;
  /** Names of folds that are open. */
  readonly open: readonly string[];
}

/** The kept state, field by field: what another version kept and this one does not understand falls back. */
export function readUiState(kept: unknown): UiState {
  if (typeof kept !== 'object' || kept === null) return { open: [] };
  const { variant, brush, open } = kept as Partial<UiState>;
  return {
    ...(typeof variant === 'string' && { variant }),
    ...(typeof brush === 'string' && { brush }),
    open: areTexts(open) ? open : [],
  };
}
