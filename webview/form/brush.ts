import type { MethodUse, ModelPlace, Spread, ValueEdit } from '../../src/protocol/language.ts';
import { isSame, valueAt } from './values.ts';
import type { Json, Path } from './values.ts';

/** A method whose places can be switched, and what the recipe says of it now. */
export interface Brush {
  readonly spread: Spread;
  /** Whether a recipe may list it several times: any set of cells can be said then. */
  readonly several: boolean;
  /** Of the field with the words: a list, or the word that stands for everything. */
  readonly default?: Json;
  /** Its uses in this variant, in the order of the recipe. */
  readonly uses: readonly MethodUse[];
  /** Numbers of the model's layers. */
  readonly layers: readonly number[];
  readonly values: Json | undefined;
  /** Of the mapping that holds the methods. */
  readonly methods: Path;
}

/** What a button of the grid stands for; whatever is absent may be anything. */
export interface Part {
  /** `outside`: of no layer. */
  readonly layer?: number | 'outside';
  readonly module?: string;
  readonly isNorm?: boolean;
}

export type Refusal = 'mustStay' | 'rectangle';

/** Words that reach the same places: what can be switched apart from others. */
interface Slot {
  readonly words: Spread['words'];
  readonly places: readonly ModelPlace[];
  readonly isInside: boolean;
}

/** One slot in one layer, or outside of them. */
interface Cell {
  readonly layer: number | 'outside';
  readonly slot: Slot;
}

/** Uses of a method that differ in nothing but where they act. */
interface Group {
  readonly others: Record<string, Json>;
  readonly words: readonly string[];
  readonly cells: readonly Cell[];
}

/** Whether the brush acts on all that a part stands for; undefined where it cannot act there. */
export function pressed(brush: Brush, part: Part): boolean | undefined {
  const targets = targetsOf(brush, part);
  if (targets.length === 0) return undefined;
  const now = groupsOf(brush).flatMap(({ cells }) => cells);
  return targets.every((target) => now.some((cell) => isOne(cell, target)));
}

/** Whether the recipe says the method itself: not so where a union of methods stands for it. */
export function isSwitchable({ uses, ...brush }: Brush): boolean {
  return sectionsOf(brush).length === uses.length;
}

/** Edits that switch a part on, or off where all of it is on, in the smallest form that says so; other fields stay. */
export function switched(brush: Brush, part: Part): readonly ValueEdit[] | Refusal {
  const targets = targetsOf(brush, part);
  const groups = groupsOf(brush);
  const has = (cells: readonly Cell[], one: Cell) => cells.some((cell) => isOne(cell, one));
  const all = groups.flatMap(({ cells }) => cells);
  const isOn = targets.every((target) => has(all, target));
  const added = targets.filter((target) => !has(all, target));
  const next = (groups.length > 0 ? groups : [{ others: {}, words: [], cells: [] }]).map((group, index) => ({
    ...group,
    cells: isOn
      ? group.cells.filter((cell) => !has(targets, cell))
      : [...group.cells, ...(index === 0 ? added : [])],
  }));
  const areas = next.flatMap((group) => areasOf(brush, group).map((area) => ({ group, area })));
  const items = areas.map(({ group, area }) => itemOf(brush, group, area, areas.length === 1));
  const path = [...brush.methods, brush.spread.method];
  if (items.length > 1 && !brush.several) return 'rectangle';
  if (items.length > 0) return editsTo(brush, items, path);
  const methods = valueAt(brush.values, brush.methods);
  return Object.keys(methods ?? {}).length > 1 ? [{ path }] : 'mustStay';
}

/** Numbers as `layers` takes them: `all`, a range of three or more, or a list. */
export function layersEntry(layers: readonly number[], all: readonly number[]): Json {
  if (layers.length === all.length) return 'all';
  const [first, last] = [layers[0], layers[layers.length - 1]];
  return layers.length > 2 && last - first === layers.length - 1 ? `${first}-${last}` : [...layers];
}

/** A header stands for all its cells; for a method that is said once, for those beside which it acts already. */
function targetsOf(brush: Brush, part: Part): Cell[] {
  const slots = slotsOf(brush.spread);
  const now = groupsOf(brush)
    .flatMap(({ cells }) => cells)
    .filter(({ layer }) => layer !== 'outside');
  const isRow = part.module === undefined && !brush.several;
  const isColumn = part.layer === undefined && !brush.several;
  return slots
    .flatMap((slot) =>
      (slot.isInside ? brush.layers : ['outside' as const]).map((layer): Cell => ({ layer, slot })),
    )
    .filter(
      ({ layer, slot }) => (part.layer ?? layer) === layer && slot.places.some((place) => fits(place, part)),
    )
    .filter(({ slot }) => !isRow || isChosen(slot))
    .filter(({ layer }) => !isColumn || now.length === 0 || now.some((cell) => cell.layer === layer));

  function isChosen(slot: Slot): boolean {
    if (now.length > 0) return now.some((cell) => cell.slot === slot || isSameSlot(cell.slot, slot));
    const { default: given } = brush;
    return !Array.isArray(given) || slot.words.some(({ word }) => given.includes(word));
  }
}

function fits(place: ModelPlace, { module, isNorm }: Part): boolean {
  return (module ?? place.module) === place.module && (isNorm ?? place.isNorm) === place.isNorm;
}

function slotsOf({ words }: Spread): Slot[] {
  const slots = new Map<string, Slot>();
  for (const word of words) {
    const key = JSON.stringify(word.places);
    const slot = slots.get(key);
    const isInside = word.places.some(({ inLayers }) => inLayers);
    slots.set(key, { words: [...(slot?.words ?? []), word], places: word.places, isInside });
  }
  return [...slots.values()];
}

function sectionsOf({ values, methods, spread }: Omit<Brush, 'uses'>): Record<string, Json>[] {
  const written = valueAt(values, [...methods, spread.method]);
  if (written === undefined) return [];
  return (Array.isArray(written) ? written : [written]).map((each) => (each ?? {}) as Record<string, Json>);
}

function groupsOf(brush: Brush): Group[] {
  const { spread, uses } = brush;
  const groups: Group[] = [];
  sectionsOf(brush).forEach((section, index) => {
    const others = othersOf(section, spread);
    const { layers = [], words = [] } = uses[index] ?? {};
    const cells = slotsOf(spread)
      .filter((slot) => slot.words.some(({ word }) => words.includes(word)))
      .flatMap((slot) => (slot.isInside ? layers : ['outside' as const]).map((layer) => ({ layer, slot })));
    const same = groups.findIndex((group) => isSame(group.others, others));
    if (same < 0) groups.push({ others, words, cells });
    else {
      const { words: ownWords, cells: own } = groups[same];
      groups[same] = { others, words: [...ownWords, ...words], cells: [...own, ...cells] };
    }
  });
  return groups;
}

/** Layers with the same slots; what lies outside of the layers goes with the first. */
interface Area {
  readonly layers: readonly number[];
  readonly slots: readonly Slot[];
}

function areasOf({ spread, layers }: Brush, { cells }: Group): Area[] {
  const slots = slotsOf(spread);
  const at = (layer: Cell['layer']) =>
    slots.filter((slot) => cells.some((cell) => isOne(cell, { layer, slot })));
  const areas: { layers: number[]; slots: readonly Slot[] }[] = [];
  for (const layer of layers) {
    const own = at(layer);
    if (own.length === 0) continue;
    const same = areas.find(
      (area) => area.slots.length === own.length && area.slots.every((slot) => own.includes(slot)),
    );
    if (same) same.layers.push(layer);
    else areas.push({ layers: [layer], slots: own });
  }
  const outside = at('outside');
  if (outside.length === 0) return areas;
  if (areas.length === 0) return [{ layers: [], slots: outside }];
  return areas.map((area, index) =>
    index === 0
      ? { ...area, slots: slots.filter((slot) => [...area.slots, ...outside].includes(slot)) }
      : area,
  );
}

/** The entries of a use: where it acts everywhere, or as it does by default, it says nothing. */
function itemOf(brush: Brush, group: Group, area: Area, isAlone: boolean): Record<string, Json> {
  const { spread, layers: all, default: given } = brush;
  const words = spread.words.filter(({ word }) => area.slots.some((slot) => wordsOf(slot).includes(word)));
  const list = words.map(({ word }) => word);
  const layers = area.layers.length === 0 ? 'all' : layersEntry(area.layers, all);
  return {
    ...(spread.field !== undefined && !(isAlone && isImplied()) && { [spread.field]: list }),
    ...(layers !== 'all' && { layers }),
    ...group.others,
  };

  function wordsOf(slot: Slot): readonly string[] {
    const names = slot.words.map(({ word }) => word);
    const written = names.filter((word) => group.words.includes(word));
    if (written.length > 0) return written;
    const usual = names.filter((word) => Array.isArray(given) && given.includes(word));
    return usual.length > 0 ? usual : slot.words.flatMap(({ word, isOffered }) => (isOffered ? word : []));
  }

  /** The word for everything is everything inside the chosen layers, and with all of them what lies outside. */
  function isImplied(): boolean {
    if (Array.isArray(given)) return isSame([...given].sort(), [...list].sort());
    const every = slotsOf(spread).filter(({ isInside }) => isInside || layers === 'all');
    return area.layers.length > 0 && isSame(every.flatMap(wordsOf).sort(), [...list].sort());
  }
}

/** Field by field and use by use, so that comments stay; the whole value where a mapping becomes a list, or a list a mapping. */
function editsTo(brush: Brush, items: readonly Record<string, Json>[], path: Path): ValueEdit[] {
  const sections = sectionsOf(brush);
  const isList = Array.isArray(valueAt(brush.values, path));
  const staysSo =
    sections.length > 0 && (isList ? items.length > 1 || sections.length === 1 : items.length === 1);
  if (!staysSo) return [{ path, value: items.length === 1 ? items[0] : [...items] }];
  const common = Math.min(items.length, sections.length);
  const at = (index: number) => (isList ? [...path, index] : path);
  return [
    ...items.slice(0, common).flatMap((item, index) => useEdits(brush, sections[index], item, at(index))),
    ...items.slice(common).map((value, index) => ({ path: at(common + index), value })),
    // From the last on: the others keep their places.
    ...sections.slice(common).map((_, index) => ({ path: at(sections.length - 1 - index) })),
  ];
}

function useEdits(
  { spread }: Brush,
  before: Record<string, Json>,
  after: Record<string, Json>,
  path: Path,
): ValueEdit[] {
  if (!isSame(othersOf(before, spread), othersOf(after, spread))) return [{ path, value: after }];
  const names = [...(spread.field === undefined ? [] : [spread.field]), 'layers'];
  return names
    .filter((name) => !isSame(before[name], after[name]))
    .map((name) => ({
      path: [...path, name],
      ...(after[name] !== undefined && { value: after[name] }),
    })) as ValueEdit[];
}

/** The fields that do not say where it acts. */
function othersOf(section: Record<string, Json>, { field }: Spread): Record<string, Json> {
  return Object.fromEntries(Object.entries(section).filter(([name]) => name !== 'layers' && name !== field));
}

function isOne(a: Cell, b: Cell): boolean {
  return a.layer === b.layer && isSameSlot(a.slot, b.slot);
}

function isSameSlot(a: Slot, b: Slot): boolean {
  return a.words[0].word === b.words[0].word;
}
