import type { RunKey } from '../../src/protocol/dashboard.ts';
import { predictionOrders, type PredictionOrder } from '../../src/protocol/predictions/messages.ts';
import { areTexts } from '../shared/areTexts.ts';
import type { Slots } from './palette.ts';
import { type Column, columns } from './tableRows.ts';

export const axes = ['step', 'time', 'epoch'] as const;
export type Axis = (typeof axes)[number];

export const views = ['training', 'predictions'] as const;
export type View = (typeof views)[number];

/** Which predictions are shown; what is not named, or is gone, is chosen by the page. */
export interface PredictionsChoice {
  readonly run?: RunKey;
  readonly file?: string;
  /** Key of the task's tally. */
  readonly having?: string;
  readonly order: PredictionOrder;
  readonly from: number;
}

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
  readonly view: View;
  readonly predictions: PredictionsChoice;
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
  view: 'training',
  predictions: { order: 'worst', from: 0 },
};

/** The kept state, field by field: what another version kept and this one does not understand falls back. */
export function readUiState(kept: unknown): UiState {
  if (typeof kept !== 'object' || kept === null) return initial;
  const {
    selected,
    smoothing,
    axis,
    logX,
    logY,
    groupSeeds,
    filter,
    sort,
    slots,
    closed,
    tables,
    view,
    predictions,
  } = kept as Partial<UiState>;
  return {
    ...(areTexts(selected) && { selected }),
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
    closed: areTexts(closed) ? closed : [],
    tables: areTexts(tables) ? tables : [],
    view: view !== undefined && views.includes(view) ? view : initial.view,
    predictions: readChoice(predictions),
  };
}

function readChoice(kept: unknown): PredictionsChoice {
  if (typeof kept !== 'object' || kept === null) return initial.predictions;
  const { run, file, having, order, from } = kept as Partial<PredictionsChoice>;
  return {
    ...(typeof run === 'string' && { run }),
    ...(typeof file === 'string' && { file }),
    ...(typeof having === 'string' && { having }),
    order: order !== undefined && predictionOrders.includes(order) ? order : initial.predictions.order,
    from: Number.isSafeInteger(from) && from! >= 0 ? from! : 0,
  };
}
