import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import type { Services } from '../services.ts';
import { isTraining } from '../../runs/runState.ts';
import type { Curves } from './curves.ts';
import { isOwnRecipe, type Descriptions } from './descriptions.ts';
import { runsOfRecipe, shownRun } from '../runs/runsOfRecipe.ts';
import { sparklineText } from './sparklineText.ts';

/** At most so often. */
const UPDATE_MS = 500;

/** The curve of a recipe's run, one line high, at the end of its `training:` line; blue while it trains. */
export function showSparklines(
  { runs, log }: Services,
  descriptions: Descriptions,
  curves: Curves,
): vscode.Disposable {
  const type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  let timer: NodeJS.Timeout | undefined;
  let isDrawing = false;
  let drawnAt = -Infinity;
  let isDisposed = false;

  const decorate = async (editor: vscode.TextEditor) => {
    const options = await decorationOf(editor.document);
    if (!isDisposed) editor.setDecorations(type, options ? [options] : []);
  };
  const decorationOf = async (
    document: vscode.TextDocument,
  ): Promise<vscode.DecorationOptions | undefined> => {
    const line = isEnabled() ? descriptions.of(document)?.places.training : undefined;
    const run =
      line === undefined
        ? undefined
        : shownRun(runsOfRecipe(runs, descriptions.of(document)!.name, document.uri));
    if (run === undefined) return undefined;
    const text = sparklineText(await curves.read(run), run.record.metric);
    // The text may have become shorter meanwhile.
    if (text === undefined || line! >= document.lineCount) return undefined;
    const { end } = document.lineAt(line!).range;
    const color = new vscode.ThemeColor(isTraining(run) ? 'charts.blue' : 'descriptionForeground');
    return {
      range: new vscode.Range(end, end),
      renderOptions: { after: { contentText: text, color, margin: '0 0 0 2em' } },
    };
  };
  const draw = async () => {
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => isOwnRecipe(document));
    if (editors.length === 0) return;
    [isDrawing, drawnAt] = [true, Date.now()];
    for (const editor of editors) {
      await decorate(editor).catch((error) => log.warn(messageOf(error)));
    }
    isDrawing = false;
    if (runs.runs.some(isTraining) && isEnabled()) drawSoon();
  };
  const drawSoon = () => {
    if (isDisposed) return;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        if (isDrawing) drawSoon();
        else void draw();
      },
      Math.max(0, drawnAt + UPDATE_MS - Date.now()),
    );
  };

  const subscriptions = [
    runs.onDidChange(() => drawSoon()),
    descriptions.onDidChange(() => drawSoon()),
    vscode.window.onDidChangeVisibleTextEditors(() => drawSoon()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('peftWorkbench.sparkline')) drawSoon();
    }),
  ];
  drawSoon();
  return vscode.Disposable.from(type, ...subscriptions, {
    dispose: () => {
      isDisposed = true;
      clearTimeout(timer);
    },
  });
}

function isEnabled(): boolean {
  return vscode.workspace.getConfiguration('peftWorkbench').get('sparkline.enabled', true);
}
