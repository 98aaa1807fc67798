import type { TensorShare } from '../../src/protocol/language.ts';
import { button, h, newId, setText } from '../shared/dom.ts';
import { chosenParts, choosable, layerGrid, toggled } from './layerGrid.ts';
import type { Choosable, GridCell, GridRow, LayerGrid } from './layerGrid.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { methodsPath, sectionOf, valueAt } from './values.ts';
import { say } from './strings.ts';

type ModelPart = { readonly layer: number } | { readonly module: string };

/** What is trained where: layers and modules, switched by the headers of the table. */
export function gridPart(actions: Actions): Part {
  const note = h('p', { class: 'muted', 'aria-live': 'polite' });
  const select = h('select', { id: newId() });
  const choice = h('p', {}, h('label', { for: select.id }, say('switchParts')), ' ', select);
  const table = h('table', { class: 'grid' });
  const caption = h('caption', { class: 'spoken' }, say('gridCaption'));
  let view: View | undefined;
  let method: string | undefined;
  let shape = '';
  let refusal = '';
  select.addEventListener('change', () => {
    method = select.value;
    if (view !== undefined) update(view);
  });

  return { element: h('div', {}, choice, h('div', { class: 'scroll' }, table), note), update };

  function update(next: View): void {
    if (next !== view) refusal = '';
    view = next;
    const { parameters, state } = next;
    const tensors = parameters?.tensors ?? [];
    const candidates = choosables(next, tensors);
    const chosen = candidates.find((each) => each.method === method) ?? candidates[0];
    showChoice(next, candidates, chosen);
    setText(note, noteText(next, tensors, chosen));
    note.hidden = note.textContent === '';
    table.hidden = tensors.length === 0;
    showTable(layerGrid(tensors), tensors, chosen);
    note.classList.toggle('error', (parameters?.problem ?? state.parameters.problem) !== undefined);
  }

  function showChoice(
    { vocabulary }: View,
    candidates: readonly Choosable[],
    chosen: Choosable | undefined,
  ): void {
    choice.hidden = candidates.length < 2;
    const titleOf = (id: string) => vocabulary.methods.find((each) => each.id === id)?.title ?? id;
    select.replaceChildren(
      ...candidates.map((each) => h('option', { value: each.method }, titleOf(each.method))),
    );
    if (chosen !== undefined) select.value = chosen.method;
  }

  function noteText(
    { parameters, state }: View,
    tensors: readonly TensorShare[],
    chosen: Choosable | undefined,
  ) {
    const problem = parameters?.problem ?? state.parameters.problem;
    if (problem !== undefined) return problem;
    if (refusal !== '') return refusal;
    if (tensors.length > 0 && chosen === undefined) return say('noneByLayer');
    return tensors.length > 0 ? say('gridHint') : '';
  }

  /** Built anew only for another model or method: the focused button stays. */
  function showTable(grid: LayerGrid, tensors: readonly TensorShare[], chosen: Choosable | undefined): void {
    const wanted = JSON.stringify([grid.columns, grid.rows.map((row) => row.layer ?? row.module), chosen]);
    if (wanted !== shape) {
      shape = wanted;
      const head = [h('td'), ...grid.columns.map((column) => header({ module: column }, 'col', chosen))];
      table.replaceChildren(
        caption,
        h('thead', {}, h('tr', {}, ...head)),
        h('tbody', {}, ...grid.rows.map((row) => tableRow(row, grid.columns.length, chosen))),
      );
    }
    const now = chosenParts(tensors, chosen?.method ?? '');
    for (const each of table.querySelectorAll<HTMLButtonElement>('th button')) {
      const { layer, module = '' } = each.dataset;
      const isOn = layer === undefined ? now.modules.includes(module) : now.layers.includes(Number(layer));
      each.setAttribute('aria-pressed', String(isOn));
    }
    const cells = [...table.querySelectorAll<HTMLElement>('tbody td')];
    grid.rows.flatMap((row) => row.cells).forEach((cell, index) => showCell(cells[index], cell));
  }

  function tableRow(row: GridRow, columns: number, chosen: Choosable | undefined): HTMLElement {
    const part = row.layer === undefined ? { module: row.module ?? '' } : { layer: row.layer };
    const span = row.layer === undefined ? { colspan: String(columns) } : {};
    return h(
      'tr',
      {},
      header(part, 'row', chosen),
      ...row.cells.map(() => h('td', { class: 'number', ...span })),
    );
  }

  function header(part: ModelPart, scope: 'row' | 'col', chosen: Choosable | undefined): HTMLElement {
    const text = 'layer' in part ? say('layer', part.layer) : part.module;
    const isSwitch =
      chosen !== undefined &&
      ('layer' in part || (chosen.modulesField?.words.includes(part.module) ?? false));
    if (!isSwitch) return h('th', { scope }, text);
    const data = 'layer' in part ? { 'data-layer': String(part.layer) } : { 'data-module': part.module };
    return h(
      'th',
      { scope },
      button(text, data, () => actions.whenSettled(() => toggle(part, chosen.method))),
    );
  }

  function toggle(part: ModelPart, method: string): void {
    if (view === undefined) return;
    const tensors = view.parameters?.tensors ?? [];
    const chosen = choosables(view, tensors).find((each) => each.method === method);
    if (chosen === undefined) return;
    const methods = methodsPath(view.values, view.variant);
    const edits = toggled(chosen, part, { tensors, values: view.values, methods });
    if (edits !== undefined) return actions.edit(edits);
    refusal = say('mustStay');
    update(view);
  }
}

/** Methods of the variant shown whose parts can be switched. */
function choosables({ vocabulary, values, variant }: View, tensors: readonly TensorShare[]): Choosable[] {
  const fields = vocabulary.recipe.properties?.methods.properties ?? {};
  const used = valueAt(values, methodsPath(values, variant));
  if (typeof used !== 'object' || used === null) return [];
  return vocabulary.methods
    .filter(({ id }) => id in used && !Array.isArray(valueAt(used, [id])))
    .flatMap(({ id }) => choosable(id, sectionOf(fields[id] ?? {}), tensors) ?? []);
}

function showCell(element: HTMLElement, { trained, total, methods }: GridCell): void {
  const isTrained = trained > 0;
  element.classList.toggle('trained', isTrained);
  setText(element, total === 0 ? '' : isTrained ? say('trained', countText(trained)) : say('frozen'));
  const counts = [countText(trained), countText(total)];
  element.title = isTrained ? say('trainedBy', ...counts, methods.join(', ')) : say('trainedOf', ...counts);
}
