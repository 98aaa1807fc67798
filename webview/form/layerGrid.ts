import type { TensorShare, ValueEdit } from '../../src/protocol/language.ts';
import { controlOf } from './control.ts';
import { isSame, valueAt } from './values.ts';
import type { Field, Json, Path } from './values.ts';

/** The model as a table: a row per layer and per module outside the layers, a column per module inside them. */
export interface LayerGrid {
  readonly columns: readonly string[];
  readonly rows: readonly GridRow[];
}

export interface GridRow {
  /** Absent for a module outside the layers. */
  readonly layer?: number;
  /** Of a row outside the layers. */
  readonly module?: string;
  /** One per column; one alone for a module outside the layers. */
  readonly cells: readonly GridCell[];
}

export interface GridCell {
  readonly trained: number;
  readonly total: number;
  /** Methods that train something here. */
  readonly methods: readonly string[];
}

export function layerGrid(tensors: readonly TensorShare[]): LayerGrid {
  const columns = distinct(tensors.filter(({ layer }) => layer !== undefined).map(({ module }) => module));
  const keys = distinct(tensors.map(({ layer, module }) => (layer === undefined ? module : layer)));
  const rows = keys.map((key): GridRow =>
    typeof key === 'number'
      ? {
          layer: key,
          cells: columns.map((column) =>
            cellOf(tensors.filter(({ layer, module }) => layer === key && module === column)),
          ),
        }
      : {
          module: key,
          cells: [cellOf(tensors.filter(({ layer, module }) => layer === undefined && module === key))],
        },
  );
  return { columns, rows };
}

/** A method whose parts can be chosen by layer, and by module where one of its fields lists modules. */
export interface Choosable {
  readonly method: string;
  readonly modulesField?: {
    readonly name: string;
    readonly words: readonly string[];
    readonly whole?: string;
  };
}

/**
 * Read off the method's fields: `layers`, and the list of words of which some are modules of this model. Undefined also where what it trains
 * stands for all its layers together, so that it does not tell them.
 */
export function choosable(
  method: string,
  field: Field,
  tensors: readonly TensorShare[],
): Choosable | undefined {
  const properties = field.properties ?? {};
  if (properties.layers === undefined) return undefined;
  const modules = distinct(tensors.map(({ module }) => module));
  const inLayers = new Set(tensors.flatMap(({ layer, module }) => (layer === undefined ? [] : [module])));
  const own = tensors.filter((tensor) => tensor.method === method);
  if (own.some(({ layer, module }) => layer === undefined && inLayers.has(module))) return undefined;
  for (const [name, each] of Object.entries(properties)) {
    const control = controlOf(each);
    if (control.kind !== 'checks') continue;
    const words = modules.filter((module) => control.words.includes(module));
    if (words.length === 0) continue;
    return { method, modulesField: { name, words, ...(control.whole && { whole: control.whole }) } };
  }
  return { method };
}

/** What a method trains: layers and modules in which at least one tensor is its own. */
export function chosenParts(
  tensors: readonly TensorShare[],
  method: string,
): { readonly layers: readonly number[]; readonly modules: readonly string[] } {
  const own = tensors.filter((tensor) => tensor.method === method);
  return {
    layers: distinct(own.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))),
    modules: distinct(own.map(({ module }) => module)),
  };
}

/**
 * Edits that turn one layer or one module of a method on or off, and nothing else; undefined where that would leave none, which
 * a recipe cannot say. Where everything is chosen the entries go: that is what their absence means.
 */
export function toggled(
  { method, modulesField }: Choosable,
  part: { readonly layer: number } | { readonly module: string },
  at: { readonly tensors: readonly TensorShare[]; readonly values: Json | undefined; readonly methods: Path },
): ValueEdit[] | undefined {
  const all = distinct(at.tensors.flatMap(({ layer }) => (layer === undefined ? [] : [layer])));
  const now = chosenParts(at.tensors, method);
  const words = modulesField?.words ?? [];
  const layers = 'layer' in part ? flipped(now.layers, part.layer, all) : now.layers;
  const modules = 'module' in part ? flipped(now.modules, part.module, words) : now.modules;
  const inLayers = (module: string) =>
    at.tensors.some((each) => each.module === module && each.layer !== undefined);
  // Layers without a module inside them say nothing: keep them as they are written.
  const needsLayers = modulesField === undefined || modules.some(inLayers);
  if ('layer' in part && layers.length === 0) return undefined;
  if (modulesField !== undefined && modules.length === 0) return undefined;

  const layersPath = [...at.methods, method, 'layers'];
  const written =
    layers.length === 0 || !needsLayers ? valueAt(at.values, layersPath) : layersEntry(layers, all);
  const isEvery = written === undefined || written === 'all';
  const edits = [changed(at.values, layersPath, written === 'all' ? undefined : written)];
  if (modulesField !== undefined && !('layer' in part && isImplied(now.modules))) {
    const path = [...at.methods, method, modulesField.name];
    const isWhole = modules.length === words.length && isEvery;
    edits.push(changed(at.values, path, isWhole && modulesField.whole ? undefined : [...modules]));
  }
  return edits.flat().length === 0 ? undefined : edits.flat();

  /** Whether the word for all modules already leaves out those outside the layers, and goes on doing so. */
  function isImplied(modules: readonly string[]): boolean {
    const entry = valueAt(at.values, [...at.methods, method, modulesField!.name]);
    const isWhole = entry === undefined || entry === modulesField!.whole;
    return isWhole && modules.length < words.length && !isEvery;
  }
}

/** Numbers as `layers` takes them: `all`, a range of three or more, or a list. */
export function layersEntry(layers: readonly number[], all: readonly number[]): Json {
  if (layers.length === all.length) return 'all';
  const [first, last] = [layers[0], layers[layers.length - 1]];
  return layers.length > 2 && last - first === layers.length - 1 ? `${first}-${last}` : [...layers];
}

function changed(values: Json | undefined, path: Path, value: Json | undefined): ValueEdit[] {
  if (isSame(valueAt(values, path), value)) return [];
  return [{ path, ...(value !== undefined && { value }) }];
}

/** In the order of `all`. */
function flipped<T>(chosen: readonly T[], one: T, all: readonly T[]): T[] {
  return all.filter((each) => chosen.includes(each) !== (each === one));
}

function cellOf(tensors: readonly TensorShare[]): GridCell {
  const trained = tensors.filter(({ method }) => method !== undefined);
  return {
    trained: sum(trained),
    total: sum(tensors),
    methods: distinct(trained.flatMap(({ method }) => method ?? [])),
  };
}

function sum(tensors: readonly TensorShare[]): number {
  return tensors.reduce((total, { count }) => total + count, 0);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
