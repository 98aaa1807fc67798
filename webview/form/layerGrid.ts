import type { MethodUse, TensorShare } from '../../src/protocol/language.ts';

/**
 * The model as a table: a row per layer and per module outside of the layers; a column for each LayerNorm of a module and for the rest of
 * it. Modules that are neither in the layers nor have a LayerNorm have no column.
 */
export interface LayerGrid {
  readonly columns: readonly Column[];
  readonly rows: readonly GridRow[];
}

/** A module's LayerNorm, or the rest of it. */
export interface Place {
  readonly module: string;
  readonly isNorm: boolean;
}

export interface Column extends Place {
  readonly inLayers: boolean;
}

export interface GridRow {
  /** Absent for a module outside of the layers. */
  readonly layer?: number;
  /** Of a row outside of the layers. */
  readonly module?: string;
  /** One per column, undefined where the row has nothing of it; of a module without a column one for the whole row. */
  readonly cells: readonly (GridCell | undefined)[];
}

export interface GridCell extends Place {
  readonly trained: number;
  readonly total: number;
  /** Methods that train something here. */
  readonly methods: readonly string[];
}

/** @param uses where methods act whose tensors stand for several layers together: each has an equal share of them */
export function layerGrid(tensors: readonly TensorShare[], uses: readonly MethodUse[] = []): LayerGrid {
  const inside = tensors.filter(({ layer }) => layer !== undefined);
  const layered = distinct(inside.map(({ module }) => module));
  const columns = distinct(tensors.map(({ module }) => module)).flatMap((module): Column[] => {
    const inLayers = layered.includes(module);
    const kinds = kindsOf((inLayers ? inside : tensors).filter((tensor) => tensor.module === module));
    return inLayers || kinds.includes(true) ? kinds.map((isNorm) => ({ module, isNorm, inLayers })) : [];
  });
  const own = tensors.flatMap((tensor) => (layered.includes(tensor.module) ? spread(tensor, uses) : tensor));
  const keys = distinct(own.map(({ layer, module }) => layer ?? module));
  const rows = keys.map((key): GridRow => {
    if (typeof key === 'number') {
      const here = own.filter(({ layer }) => layer === key);
      return {
        layer: key,
        cells: columns.map((column) => (column.inLayers ? cellOf(here, column) : undefined)),
      };
    }
    const here = own.filter(({ layer, module }) => layer === undefined && module === key);
    if (!columns.some(({ module }) => module === key))
      return { module: key, cells: [cellOf(here, { module: key, isNorm: false })] };
    return {
      module: key,
      cells: columns.map((column) => (column.module === key ? cellOf(here, column) : undefined)),
    };
  });
  return { columns, rows };
}

/** What stands for several layers together, as a share for each of them. */
function spread(tensor: TensorShare, uses: readonly MethodUse[]): TensorShare[] {
  if (tensor.layer !== undefined) return [tensor];
  const layers = distinct(uses.filter(({ method }) => method === tensor.method).flatMap((use) => use.layers));
  // Whole numbers that add up to the tensor's own.
  const upTo = (index: number) => Math.floor((tensor.count * index) / layers.length);
  return layers.map((layer, index) => ({ ...tensor, layer, count: upTo(index + 1) - upTo(index) }));
}

/** Whether there are LayerNorms among the tensors, and others: those first. */
function kindsOf(tensors: readonly TensorShare[]): boolean[] {
  return distinct(tensors.map(({ isNorm = false }) => isNorm)).sort((a, b) => Number(a) - Number(b));
}

function cellOf(tensors: readonly TensorShare[], { module: of, isNorm: wanted }: Place): GridCell {
  const here = tensors.filter(({ module, isNorm = false }) => module === of && isNorm === wanted);
  const trained = here.filter(({ method }) => method !== undefined);
  return {
    ...{ module: of, isNorm: wanted },
    trained: sum(trained),
    total: sum(here),
    methods: distinct(trained.flatMap(({ method }) => method ?? [])),
  };
}

function sum(tensors: readonly TensorShare[]): number {
  return tensors.reduce((total, { count }) => total + count, 0);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
