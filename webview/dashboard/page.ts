import type { DashboardSnapshot, RunKey } from '../../src/protocol/dashboard.ts';
import type { PredictionsAnswer, PredictionsQuery } from '../../src/protocol/predictions/messages.ts';
import type { Action } from './tableRows.ts';
import type { Theme } from './theme.ts';
import type { UiState } from './uiState.ts';

/** All that the parts of the page draw from. */
export interface Model {
  readonly snapshot: DashboardSnapshot;
  readonly ui: UiState;
  readonly theme: Theme;
  /** To the last question about predictions that was answered. */
  readonly predictions: PredictionsAnswer | undefined;
}

/** What the parts of the page can cause. */
export interface Page {
  set(change: Partial<UiState>): void;
  select(runs: readonly RunKey[]): void;
  /** Absent on a page that is opened as a file. */
  readonly act?: (action: Action, run: RunKey) => void;
  /** Absent there, too: predictions stay in their files. */
  readonly ask?: (query: PredictionsQuery) => void;
}

/** A part of the page: its element, and what makes it show a model. */
export interface Part {
  readonly element: HTMLElement;
  update(model: Model): void;
}
