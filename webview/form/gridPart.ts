import { button, h, newId, setAttributes, setText } from '../shared/dom.ts';
import { isSwitchable, pressed, switched } from './brush.ts';
import type { Brush, Part as ModelPart } from './brush.ts';
import { gridKeys } from '../shared/gridKeys.ts';
import { layerGrid } from './layerGrid.ts';
import type { GridCell, GridRow, LayerGrid, Place } from './layerGrid.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { say } from './strings.ts';
import { methodsPath, sectionOf } from './values.ts';

/** What is trained where: cells, layers and modules switch the method that the brush is set to. */
export function gridPart(actions: Actions): Part {
  const group = newId();
  const choices = h('div', { class: 'brushes', role: 'radiogroup', 'aria-label': say('brush') });
  const table = h('table', { class: 'grid', role: 'grid', 'aria-label': say('gridCaption') });
  const note = h('p', { class: 'muted', 'aria-live': 'polite' });
  let view: View | undefined;
  let shape = '';
  let switches: { readonly element: HTMLButtonElement; readonly part: ModelPart }[] = [];
  gridKeys(table);
  choices.addEventListener('change', (event) => {
    actions.set({ brush: (event.target as HTMLInputElement).value });
  });
  return { element: h('div', {}, choices, h('div', { class: 'scroll' }, table), note), update };

  /** While the recipe has errors the last grid stays, and cannot be pressed. */
  function update(next: View): void {
    const problem = next.parameters?.problem ?? next.state.parameters.problem;
    const isKnown = next.parameters?.tensors !== undefined;
    table.inert = choices.inert = !isKnown;
    if (isKnown) {
      view = next;
      show(next);
    }
    setText(note, problem ?? (isKnown ? say('gridHint') : ''));
    note.classList.toggle('error', problem !== undefined);
  }

  function show(next: View): void {
    const brush = brushOf(next);
    showChoices(next, brush);
    const grid = layerGrid(next.parameters?.tensors ?? [], next.parameters?.uses);
    build(grid, brush);
    for (const { element, part } of switches)
      setAttributes(element, { 'aria-pressed': brush && pressed(brush, part) ? 'true' : 'false' });
    const cells = [...table.querySelectorAll<HTMLElement>('tbody td')];
    grid.rows
      .flatMap((row) => row.cells)
      .forEach((cell, index) => cell && showCell(cells[index], cell, next));
  }

  function showChoices({ state, vocabulary }: View, brush: Brush | undefined): void {
    const { spreads = [] } = state.parameters;
    const ids = spreads.map((each) => each.method);
    if (choices.dataset.methods !== ids.join()) {
      choices.dataset.methods = ids.join();
      choices.replaceChildren(
        h('span', {}, say('brush')),
        ...ids.map((id) => {
          const { tag = '', title = id } = vocabulary.methods.find((each) => each.id === id) ?? {};
          const radio = h('input', { type: 'radio', name: group, value: id });
          return h('label', {}, radio, h('b', { class: 'tag' }, tag), title);
        }),
      );
    }
    for (const radio of choices.querySelectorAll('input'))
      radio.checked = radio.value === brush?.spread.method;
  }

  /** Built anew only for another model or method: the focused button stays. */
  function build({ columns, rows }: LayerGrid, brush: Brush | undefined): void {
    const layout = rows.map(({ layer, module, cells }) => [
      layer ?? module,
      cells.map((cell) => cell?.isNorm),
    ]);
    const wanted = JSON.stringify([columns, layout, brush?.spread, brush && isSwitchable(brush)]);
    if (wanted === shape) return;
    shape = wanted;
    switches = [];
    const heads = columns.map(({ inLayers, ...place }) =>
      h('th', { scope: 'col' }, ...content(inLayers ? place : { layer: 'outside', ...place }, nameOf(place))),
    );
    table.replaceChildren(
      h('thead', {}, h('tr', {}, h('td'), ...heads)),
      h('tbody', {}, ...rows.map(tableRow)),
    );
    switches[0]?.element.setAttribute('tabindex', '0');

    function tableRow({ layer, module = '', cells }: GridRow): HTMLElement {
      const isInside = layer !== undefined;
      const name = isInside ? say('layer', layer) : module;
      const row: ModelPart = isInside ? { layer } : { layer: 'outside', module };
      const colspan = cells.length < columns.length ? columns.length : undefined;
      const elements = cells.map((cell) => {
        if (cell === undefined) return h('td', { class: 'none' });
        const { module: of, isNorm } = cell;
        return h('td', { colspan }, ...content({ layer: layer ?? 'outside', module: of, isNorm }, ''));
      });
      return h('tr', {}, h('th', { scope: 'row' }, ...content(row, name)), ...elements);
    }

    function content(part: ModelPart, text: string): (Node | string)[] {
      const can = brush !== undefined && isSwitchable(brush) && canReach(brush, part);
      if (!can) return text === '' ? [h('span', { class: 'what' })] : [text];
      const press = () => actions.whenSettled(() => toggle(part));
      const element = button('', { class: 'cell', tabindex: '-1' }, press);
      element.append(text === '' ? h('span', { class: 'what' }) : text);
      switches.push({ element, part });
      return [element];
    }
  }

  function toggle(part: ModelPart): void {
    const brush = view && brushOf(view);
    if (brush === undefined) return;
    const result = switched(brush, part);
    if (typeof result === 'string') setText(note, say(result));
    else if (result.length > 0) actions.edit(result);
  }
}

function canReach({ spread }: Brush, { layer, module, isNorm }: ModelPart): boolean {
  return spread.words.some(({ places }) =>
    places.some(
      (place) =>
        (layer === undefined || (layer !== 'outside') === place.inLayers) &&
        (module ?? place.module) === place.module &&
        (isNorm ?? place.isNorm) === place.isNorm,
    ),
  );
}

/** Of the method that was chosen, as long as it can be; else of the first. */
function brushOf({ state, vocabulary, values, variant, brush, parameters }: View): Brush | undefined {
  const { spreads = [], layers = 0 } = state.parameters;
  const spread = spreads.find((each) => each.method === brush) ?? spreads[0];
  const info = vocabulary.methods.find((each) => each.id === spread?.method);
  if (spread === undefined || info === undefined) return undefined;
  const section = sectionOf(vocabulary.recipe.properties?.methods.properties?.[info.id] ?? {});
  return {
    spread,
    several: info.several,
    default: section.properties?.[spread.field ?? '']?.default,
    uses: (parameters?.uses ?? []).filter((use) => use.method === spread.method),
    layers: Array.from({ length: layers }, (_, layer) => layer),
    values,
    methods: methodsPath(values, variant),
  };
}

function nameOf({ module, isNorm }: Place): string {
  return isNorm ? say('normOf', module) : module;
}

function showCell(
  cell: HTMLElement,
  { trained, total, methods, ...place }: GridCell,
  { vocabulary }: View,
): void {
  const isTrained = trained > 0;
  const tagOf = (id: string) => vocabulary.methods.find((each) => each.id === id)?.tag ?? id;
  cell.classList.toggle('trained', isTrained);
  const count = isTrained ? countText(trained) : say('frozen');
  const key = [...methods.map(tagOf), count].join(' ');
  const what = cell.querySelector('.what');
  if (what !== null && what.textContent !== key)
    what.replaceChildren(...methods.flatMap((id) => [h('b', { class: 'tag' }, tagOf(id)), ' ']), count);
  const counts = [countText(trained), countText(total)];
  const of = isTrained ? say('trainedBy', ...counts, methods.join(', ')) : say('trainedOf', ...counts);
  cell.title = say('placeOf', nameOf(place), of);
}
