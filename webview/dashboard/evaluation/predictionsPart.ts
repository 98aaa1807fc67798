import type { GroupRow, RunRow } from '../../../src/protocol/dashboard.ts';
import {
  predictionOrders,
  type PredictionOrder,
  type PredictionsQuery,
} from '../../../src/protocol/predictions/messages.ts';
import { hasEnded } from '../../../src/protocol/runState.ts';
import { button, h, setText } from '../../shared/dom.ts';
import { runLabel } from '../curves.ts';
import type { Model, Page, Part } from '../page.ts';
import { say } from '../strings.ts';
import type { PredictionsChoice } from '../uiState.ts';
import { chooser } from './choosers.ts';
import { evaluationContent } from './content.ts';
import { askable, choiceOf, queryName, queryOf } from './query.ts';

/** A file is read within this time, or it is said that it is being read. */
const PATIENCE_MS = 400;

/** What one of the selected runs predicted. Asks for it while it is shown, and never before. */
export function predictionsPart(page: Page): Part {
  const run = chooser(say('run'), (key) => choose({ run: key, file: undefined, having: undefined }));
  const file = chooser(say('file'), (name) => choose({ file: name, having: undefined }));
  const ordering = chooser(say('order'), (name) => choose({ order: name as PredictionOrder }));
  const predict = button(say('predict'), { title: say('predictHint') }, () => act());
  const status = h('p', { class: 'muted note', role: 'status' });
  const problem = h('p', { class: 'error note', role: 'alert', dir: 'auto' });
  const command = h('code', { dir: 'ltr' });
  const hint = h('p', { class: 'muted' });
  const byCommand = h('p', { class: 'muted' }, say('byCommandLine'), ' ', command);
  const none = h('div', { class: 'empty' }, h('h3', {}, say('noPredictions')), hint, byCommand);
  const content = evaluationContent(page);
  const bar = h(
    'div',
    { class: 'toolbar predictions-head', role: 'group', 'aria-label': say('predictionControls') },
    run.element,
    file.element,
    ordering.element,
    predict,
  );
  const root = h(
    'section',
    { class: 'predictions', 'aria-label': say('predictions') },
    bar,
    status,
    problem,
    none,
    content.element,
  );
  const hide = () => [problem, none, content.element].forEach((each) => (each.hidden = true));
  hide();
  let current: PredictionsQuery | undefined;
  let asked: string | undefined;
  let drawn: Model['predictions'];
  let late: ReturnType<typeof setTimeout> | undefined;

  /** Of the run that is shown, also where the page chose it. */
  function choose(change: Partial<PredictionsChoice>): void {
    page.set({ predictions: { ...choiceOf(current!), from: 0, ...change } });
  }
  function act(): void {
    if (current !== undefined) page.act?.('predict', current.run);
  }
  function wait(): void {
    root.setAttribute('aria-busy', 'true');
    clearTimeout(late);
    late = setTimeout(() => setText(status, say('readingPredictions')), PATIENCE_MS);
  }
  function settle(): void {
    root.removeAttribute('aria-busy');
    clearTimeout(late);
    setText(status, '');
  }

  return {
    element: root,
    update(model) {
      if (model.ui.view !== 'predictions') return;
      const { snapshot, ui, predictions: answer } = model;
      const query = (current = queryOf(model));
      bar.hidden = query === undefined;
      if (query === undefined) {
        hide();
        asked = drawn = undefined;
        settle();
        setText(status, say('selectForPredictions'));
        return;
      }
      run.show(
        askable(snapshot).map((row) => [row.key, labelOf(row, snapshot.groups)]),
        query.run,
      );
      const row = snapshot.runs.find(({ key }) => key === query.run);
      const canPredict = row !== undefined && hasEnded(row);
      predict.hidden = !canPredict;
      setText(hint, say(canPredict ? 'noPredictionsHint' : 'predictionsLater'));
      byCommand.hidden = !canPredict;
      setText(command, `peft-workbench predict ${row?.id ?? ''} --save`);
      const name = queryName(query);
      if (name !== asked) {
        asked = name;
        wait();
        page.ask?.(query);
      }
      if (answer === undefined || answer === drawn || queryName(answer.query) !== asked) return;
      drawn = answer;
      settle();
      const isRanked = answer.content?.isRanked === true;
      file.show(
        answer.files.map((each) => [each, fileName(each)]),
        answer.file,
      );
      file.element.hidden = answer.files.length === 0;
      ordering.show(
        predictionOrders.map((each) => [each, say(`${each}Order`)]),
        isRanked ? ui.predictions.order : 'file',
      );
      ordering.select.disabled = !isRanked;
      ordering.element.hidden = answer.content === undefined;
      none.hidden = answer.files.length > 0 || answer.problem !== undefined;
      setText(problem, answer.problem ?? '');
      problem.hidden = answer.problem === undefined;
      content.element.hidden = answer.content === undefined;
      content.show(answer);
    },
  };
}

function labelOf(row: RunRow, groups: readonly GroupRow[]): string {
  return runLabel(
    row,
    groups.find(({ key }) => key === row.group),
  );
}

/** A split is a word of ours, the name of any other file its own. */
function fileName(name: string): string {
  return name === 'validation' || name === 'test' ? say(name) : name;
}
