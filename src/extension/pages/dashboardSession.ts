import { messageOf } from '../../core/errors.ts';
import {
  dashboardView,
  defaultSelection,
  deltaBetween,
  type DashboardView,
} from '../../experiments/dashboardView.ts';
import { runSeries, type RunSeries } from '../../experiments/series.ts';
import type { RunKey, RunParameters, ToDashboard } from '../../protocol/dashboard.ts';
import type { Run, UnreadableRun } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';
import { isTraining } from '../../runs/runState.ts';

/** What a session needs of the editor. */
export interface SessionHost {
  post(message: ToDashboard): void;
  /** As last read; whoever reads them calls `runsChanged`. */
  runs(): readonly (Run | UnreadableRun)[];
  /** Undefined where they are not known. */
  parametersOf(run: Run): Promise<RunParameters | undefined>;
  warn(message: string): void;
}

/** A selected run. */
interface ShownRun {
  readonly series: RunSeries;
  /** Whether all of its file that is known to be there was read. */
  isAtEnd: boolean;
  isAsked: boolean;
  parameters?: RunParameters;
}

/** Shortest time between two messages. */
const INTERVAL_MS = 250;
/** So long is read at most before what was read is shown. */
const READING_MS = 150;
/** More curves tell nobody anything; the newest of a longer selection are shown. */
const SELECTION_LIMIT = 100;

/** What one dashboard page is told: a snapshot when it begins to listen, then what changes, a few times per second. Nothing is read while it is deaf. */
export class DashboardSession {
  private readonly host: SessionHost;
  /** Also what is too much to be shown; undefined as long as nobody chose and there was nothing to choose from. */
  private selected: ReadonlySet<RunKey> | undefined;
  /** What of the selection was not shown when it was chosen. */
  private chosen: ReadonlySet<RunKey> = new Set();
  /** Whether the page, which shows at once what its user selects, waits to hear what is shown of it. */
  private isSelectionDue = false;
  private readonly shown = new Map<RunKey, ShownRun>();
  /** Runs that were there when they were last looked at. */
  private seen: ReadonlySet<RunKey> | undefined;
  /** What the page shows; undefined while it is deaf. */
  private sent: DashboardView | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isUpdating = false;
  private isStale = false;
  private updatedMs = -Infinity;

  constructor(host: SessionHost) {
    this.host = host;
  }

  /** The page listens and shows nothing yet. `selected`: what it showed in an earlier window; what was chosen here since goes first. */
  begin(selected?: readonly RunKey[]): void {
    if (this.selected === undefined && selected !== undefined && selected.length > 0) this.select(selected);
    this.sent = this.look();
    this.isSelectionDue = false;
    const series = [...this.shown.values()].flatMap((run) => run.series.takeWhole());
    this.host.post({ type: 'snapshot', snapshot: { ...this.sent, series } });
    this.runsChanged();
  }

  /** The page hears nothing from now on. */
  end(): void {
    this.sent = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  select(keys: readonly RunKey[]): void {
    this.selected = new Set(keys);
    this.chosen = new Set(keys.filter((key) => !this.shown.has(key)));
    this.isSelectionDue = true;
    // The page may have dropped their curves already, even where they are selected again before it is told anything.
    this.forgetAllBut(this.selected);
    this.update();
  }

  runsChanged(): void {
    // A run that has ended meanwhile wrote its last lines before it said so.
    for (const run of this.shown.values()) run.isAtEnd = false;
    this.update();
  }

  /** As soon as the last message is old enough. */
  private update(): void {
    if (this.sent === undefined) return;
    this.isStale = true;
    if (this.timer !== undefined || this.isUpdating) return;
    const wait = Math.max(0, this.updatedMs + INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => void this.sendChanges(), wait);
  }

  private async sendChanges(): Promise<void> {
    this.timer = undefined;
    this.isUpdating = true;
    this.isStale = false;
    this.updatedMs = performance.now();
    await this.readOn();
    this.isUpdating = false;
    if (this.sent === undefined) return;
    const view = this.look();
    const series = [...this.shown.values()].flatMap((run) => run.series.take());
    const changes = {
      ...deltaBetween(this.sent, view),
      ...(this.isSelectionDue && { selected: view.selected, selectedInAll: view.selectedInAll ?? null }),
      ...(series.length > 0 && { series }),
    };
    this.sent = view;
    this.isSelectionDue = false;
    if (Object.keys(changes).length > 0) this.host.post({ type: 'delta', delta: changes });
    if (this.isStale || [...this.shown.values()].some(({ isAtEnd }) => !isAtEnd)) this.update();
  }

  /** Of every selected run in turn, a piece of what was not read yet. */
  private async readOn(): Promise<void> {
    const deadline = performance.now() + READING_MS;
    let pending: [RunKey, ShownRun][];
    do {
      pending = [...this.shown].filter(([, { isAtEnd }]) => !isAtEnd);
      for (const [key, run] of pending) {
        run.isAtEnd = true;
        try {
          if (await run.series.read()) run.isAtEnd = false;
        } catch (error) {
          this.host.warn(`${runPaths(key).metrics}: ${messageOf(error)}`);
        }
      }
    } while (pending.length > 0 && this.sent !== undefined && performance.now() < deadline);
  }

  /** What there is now, also of runs that were not there before. */
  private look(): DashboardView {
    const runs = this.host.runs();
    const selected = this.followed(runs);
    const all = runs.filter(({ dir }) => selected.has(dir));
    const newest = newestOf(all, this.chosen);
    this.showOnly(newest);
    const parameters = [...this.shown].flatMap(([key, run]) =>
      run.parameters === undefined ? [] : [[key, run.parameters] as const],
    );
    const keys = newest.map(({ dir }) => dir);
    return {
      ...dashboardView(runs, keys, new Map(parameters)),
      ...(newest.length < all.length && { selectedInAll: all.length }),
    };
  }

  /**
   * The selection, with the runs that were started since the last look and belong to a recipe of which runs are shown: who watches
   * an experiment and starts more of it wants to see these too, and seeds that wait in the queue come one after the other.
   */
  private followed(runs: readonly (Run | UnreadableRun)[]): ReadonlySet<RunKey> {
    const readable = runs.filter((run) => 'record' in run);
    const { seen } = this;
    this.seen = new Set(readable.map(({ dir }) => dir));
    if (this.selected === undefined) {
      const selected = defaultSelection(runs);
      if (selected.length > 0) this.selected = new Set(selected);
    } else if (seen !== undefined) {
      const { selected } = this;
      const recipes = new Set(
        readable.flatMap(({ dir, record }) => (selected.has(dir) ? record.recipe : [])),
      );
      const started = readable.filter(({ dir, record }) => !seen.has(dir) && recipes.has(record.recipe));
      if (started.length > 0) this.selected = new Set([...selected, ...started.map(({ dir }) => dir)]);
    }
    return this.selected ?? new Set();
  }

  private showOnly(runs: readonly (Run | UnreadableRun)[]): void {
    this.forgetAllBut(new Set(runs.map(({ dir }) => dir)));
    for (const run of runs) {
      let shown = this.shown.get(run.dir);
      if (shown === undefined) {
        const series = runSeries(run.dir, runPaths(run.dir).metrics);
        this.shown.set(run.dir, (shown = { series, isAtEnd: false, isAsked: false }));
      }
      if (isTraining(run)) shown.isAtEnd = false;
      if ('record' in run && !shown.isAsked) void this.askParameters(run, shown);
    }
  }

  private forgetAllBut(keys: ReadonlySet<RunKey>): void {
    for (const key of this.shown.keys()) if (!keys.has(key)) this.shown.delete(key);
  }

  private async askParameters(run: Run, shown: ShownRun): Promise<void> {
    shown.isAsked = true;
    shown.parameters = await this.host.parametersOf(run);
    if (shown.parameters !== undefined) this.update();
  }
}

/** As many as are shown: those that were chosen last, then the newest. Runs come oldest first; those that cannot be read have no curve. */
function newestOf(
  runs: readonly (Run | UnreadableRun)[],
  chosen: ReadonlySet<RunKey>,
): readonly (Run | UnreadableRun)[] {
  if (runs.length <= SELECTION_LIMIT) return runs;
  const rank = (run: Run | UnreadableRun) => (chosen.has(run.dir) ? 2 : 0) + ('record' in run ? 1 : 0);
  const kept = new Set([...runs].sort((a, b) => rank(a) - rank(b)).slice(-SELECTION_LIMIT));
  return runs.filter((run) => kept.has(run));
}
