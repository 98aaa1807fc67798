import * as vscode from 'vscode';
import {
  fromDashboardSchema,
  type FromDashboard,
  type RunKey,
  type ToDashboard,
} from '../../protocol/dashboard.ts';
import type { Run } from '../../runs/runFolder.ts';
import type { Services } from '../services.ts';
import { done } from '../walkthrough.ts';
import type { Dashboard } from './dashboard.ts';
import { DashboardSession } from './dashboardSession.ts';
import { pageHtml, pageOptions } from './pageHtml.ts';
import { parametersOfRuns } from './parametersOfRuns.ts';
import { PredictionsSession } from './predictionsSession.ts';

const VIEW_TYPE = 'peftWorkbench.dashboard';

/** What the page may ask for, and who does it. */
const commands: Record<Extract<FromDashboard, { type: 'act' }>['action'], string> = {
  stop: 'peftWorkbench.stop',
  resume: 'peftWorkbench.resume',
  openRecipe: 'peftWorkbench.openRunRecipe',
  showLog: 'peftWorkbench.showLog',
  exportAdapter: 'peftWorkbench.exportAdapter',
  predict: 'peftWorkbench.predict',
};

/** Also brings the panel back that was open when the window was closed. */
export function createDashboard(
  services: Pick<Services, 'context' | 'log' | 'runs' | 'language'>,
): Dashboard {
  const { extensionUri } = services.context;
  const parametersOf = parametersOfRuns(services);
  let open: OpenDashboard | undefined;
  const adopt = (panel: vscode.WebviewPanel): OpenDashboard => {
    const dashboard = connect(panel, services, parametersOf);
    open = dashboard;
    panel.onDidDispose(() => {
      dashboard.close();
      if (open === dashboard) open = undefined;
    });
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `recipe-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = pageOptions(extensionUri);
    panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'dashboard', title: panel.title });
    return dashboard;
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    // What the panel showed is kept by its page, which tells it when it is ready.
    deserializeWebviewPanel: async (panel) => {
      // One that was opened before this one was brought back shows the same.
      if (open === undefined) adopt(panel);
      else panel.dispose();
    },
  });
  const show = (selected?: readonly RunKey[]): OpenDashboard => {
    done('curvesSeen');
    const isNew = open === undefined;
    open ??= adopt(createPanel(extensionUri));
    if (selected !== undefined) open.session.select(selected);
    if (!isNew) open.panel.reveal();
    return open;
  };
  return {
    show: (selected) => void show(selected),
    showPredictions: (run, file) => show([run]).showPredictions(run, file),
    // The panel itself stays: the next window brings it back.
    dispose: () => {
      serializer.dispose();
      open?.close();
    },
  };
}

interface OpenDashboard {
  readonly panel: vscode.WebviewPanel;
  readonly session: DashboardSession;
  /** As soon as its page listens. */
  showPredictions(run: RunKey, file?: string): void;
  /** Nothing is read or told from now on. */
  close(): void;
}

function createPanel(extensionUri: vscode.Uri): vscode.WebviewPanel {
  const title = vscode.l10n.t('PEFT Dashboard');
  return vscode.window.createWebviewPanel(
    VIEW_TYPE,
    title,
    vscode.ViewColumn.Active,
    pageOptions(extensionUri),
  );
}

/** Must come before the page is loaded: its first message is that it is ready. */
function connect(
  panel: vscode.WebviewPanel,
  { log, runs }: Pick<Services, 'log' | 'runs'>,
  parametersOf: ReturnType<typeof parametersOfRuns>,
): OpenDashboard {
  const session = new DashboardSession({
    post: (message) => void panel.webview.postMessage(message),
    runs: () => runs.runs,
    parametersOf,
    warn: (message) => log.warn(message),
  });
  const predictions = new PredictionsSession({
    post: (message) => void panel.webview.postMessage(message),
    runOf: (key) => runs.runs.find((run): run is Run => run.dir === key && 'record' in run),
  });
  let isListening = false;
  let wanted: ToDashboard | undefined;
  const tellWanted = () => {
    if (!isListening || wanted === undefined) return;
    void panel.webview.postMessage(wanted);
    wanted = undefined;
  };
  const act = (action: keyof typeof commands, run: RunKey) => {
    if (runs.runs.some(({ dir }) => dir === run)) void vscode.commands.executeCommand(commands[action], run);
    else log.warn(`The dashboard asked to ${action} a run that is not there; dropped.`);
  };
  let isOpen = true;
  panel.webview.onDidReceiveMessage(async (message: unknown) => {
    const parsed = fromDashboardSchema.safeParse(message);
    if (!parsed.success) {
      log.warn(`A message of the dashboard does not fit its schema and was dropped: ${parsed.error.message}`);
      return;
    }
    const { data } = parsed;
    if (data.type === 'act') act(data.action, data.run);
    else if (data.type === 'select') session.select(data.runs);
    else if (data.type === 'predictions') await predictions.ask(data.query);
    else {
      await runs.ready;
      if (!isOpen || !panel.visible) return;
      session.begin(data.selected);
      isListening = true;
      tellWanted();
    }
  });
  panel.onDidChangeViewState(() => {
    // A hidden page is gone; one that is shown again starts anew and says so.
    if (!panel.visible) end();
  });
  const changes = vscode.Disposable.from(
    runs.onDidChange(() => session.runsChanged()),
    // Files of predictions come and go while their run stays as it is.
    runs.onDidLook(() => void predictions.lookAgain()),
  );
  const end = () => {
    isListening = false;
    session.end();
    predictions.end();
  };
  const showPredictions = (run: RunKey, file?: string) => {
    wanted = { type: 'showPredictions', run, ...(file !== undefined && { file }) };
    tellWanted();
    // Where these are on the page already, it asks nothing.
    void predictions.lookAgain();
  };
  const close = () => {
    isOpen = false;
    changes.dispose();
    end();
  };
  return { panel, session, showPredictions, close };
}
