import type { RunKey } from '../../src/protocol/dashboard.ts';
import type { Slots } from './palette.ts';
import { type Column, columns } from './tableRows.ts';

export const axes = ['step', 'time', 'epoch'] as const;
export type Axis = (typeof axes)[number];

/** What the user has set, kept by the editor while the page is hidden and over a reload. */
export interface UiState {
  readonly selected?: readonly RunKey[];
  /** 0 to 0.99. */
  readonly smoothing: number;
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly groupSeeds: boolean;
  readonly filter: string;
  readonly sort?: { readonly column: Column; readonly descending: boolean };
  readonly slots: Slots;
  /** Names of sections that are closed, and of charts whose data table is open. */
  readonly closed: readonly string[];
  readonly tables: readonly string[];
}

const initial: UiState = {
  smoothing: 0.6,
  axis: 'step',
  logX: false,
  logY: false,
  groupSeeds: true,
  filter: '',
  slots: {},
  closed: [],
  tables: [],
};

/** The kept state, field by field: what another version kept and this one does not understand falls back. */
export function readUiState(kept: unknown): UiState {
  if (typeof kept !== 'object' || kept === null) return initial;
  const { selected, smoothing, axis, logX, logY, groupSeeds, filter, sort, slots, closed, tables } =
    kept as Partial<UiState>;
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string');
  return {
    ...(texts(selected) && { selected }),
    smoothing:
      typeof smoothing === 'number' && smoothing >= 0 && smoothing <= 0.99 ? smoothing : initial.smoothing,
    axis: axis !== undefined && axes.includes(axis) ? axis : initial.axis,
    logX: logX === true,
    logY: logY === true,
    groupSeeds: groupSeeds !== false,
    filter: typeof filter === 'string' ? filter : '',
    ...(sort && columns.includes(sort.column) && { sort }),
    slots:
      typeof slots === 'object' && slots !== null && Object.values(slots).every(Number.isSafeInteger)
        ? slots
        : {},
    closed: texts(closed) ? closed : [],
    tables: texts(tables) ? tables : [],
  };
}
