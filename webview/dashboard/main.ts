import type { DashboardSnapshot, FromDashboard, ToDashboard } from '../../src/protocol/dashboard.ts';
import type { PredictionsAnswer } from '../../src/protocol/predictions/messages.ts';
import { applyDeltaInPlace } from '../../src/protocol/applyDelta.ts';
import { connectHost, onHostMessage } from '../shared/vscodeApi.ts';
import '../shared/theme.css';
import './dashboard.css';
import './evaluation/evaluation.css';
import { layout } from './layout.ts';
import type { Page } from './page.ts';
import { assignSlots } from './palette.ts';
import { onThemeChange, readTheme } from './theme.ts';
import { readUiState, type UiState } from './uiState.ts';

const host = connectHost<FromDashboard, UiState>();
let ui = readUiState(host?.getState());
let theme = readTheme();
let snapshot: DashboardSnapshot | undefined;
let predictions: PredictionsAnswer | undefined;
let asked = false;

const page: Page = {
  set(change) {
    ui = { ...ui, ...change };
    changed();
  },
  select(runs) {
    if (!snapshot) return;
    // Shown at once; the editor answers with the curves.
    snapshot = { ...snapshot, selected: runs, selectedInAll: undefined };
    host?.post({ type: 'select', runs: [...runs] });
    changed();
  },
  ...(host && {
    act: (action, run) => host.post({ type: 'act', action, run }),
    ask: (query) => host.post({ type: 'predictions', query }),
  }),
};

const root = layout(page);
document.body.append(root.element);
onThemeChange(() => {
  theme = readTheme();
  changed();
});

if (host) {
  onHostMessage<ToDashboard>((message) => {
    if (message.type === 'snapshot') snapshot = message.snapshot;
    // A delta without a snapshot was meant for the page before a reload.
    else if (message.type === 'delta' && snapshot) snapshot = applyDeltaInPlace(snapshot, message.delta);
    else if (message.type === 'predictions') predictions = message.answer;
    else if (message.type === 'showPredictions') showPredictions(message);
    changed();
  });
  host.post({ type: 'ready', ...(ui.selected && { selected: [...ui.selected] }) });
} else {
  snapshot = JSON.parse(document.getElementById('snapshot')!.textContent!) as DashboardSnapshot;
  changed();
}

function showPredictions({ run, file }: Extract<ToDashboard, { type: 'showPredictions' }>): void {
  const { order } = ui.predictions;
  ui = {
    ...ui,
    view: 'predictions',
    predictions: { run, ...(file !== undefined && { file }), order, from: 0 },
  };
}

/** However often something changes, the page is drawn once per frame. */
function changed(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    if (!snapshot) return;
    const slots = assignSlots(
      ui.slots,
      snapshot.groups.map(({ key }) => key),
    );
    if (JSON.stringify(slots) !== JSON.stringify(ui.slots)) ui = { ...ui, slots };
    ui = { ...ui, selected: snapshot.selected };
    host?.setState(ui);
    root.update({ snapshot, ui, theme, predictions });
  });
}
