import type { MethodUse, TensorShare } from '../../src/protocol/language.ts';

/** The model as a table: a row per layer and per module outside of the layers, a column for each module's LayerNorm and for the rest of it. */
export interface LayerGrid {
  readonly columns: readonly Column[];
  readonly rows: readonly GridRow[];
}

export interface Column {
  readonly module: string;
  readonly isNorm: boolean;
}

export interface GridRow {
  /** Absent for a module outside of the layers. */
  readonly layer?: number;
  /** Of a row outside of the layers. */
  readonly module?: string;
  /** One per column; outside of the layers one or two that share the row. */
  readonly cells: readonly GridCell[];
}

export interface GridCell extends Column {
  readonly trained: number;
  readonly total: number;
  /** Methods that train something here. */
  readonly methods: readonly string[];
}

/** @param uses where methods act whose tensors stand for several layers together: each has an equal share of them */
export function layerGrid(tensors: readonly TensorShare[], uses: readonly MethodUse[] = []): LayerGrid {
  const inside = tensors.filter(({ layer }) => layer !== undefined);
  const modules = distinct(inside.map(({ module }) => module));
  const columns = modules.flatMap((module) =>
    kindsOf(inside.filter((tensor) => tensor.module === module)).map((isNorm) => ({ module, isNorm })),
  );
  const own = tensors.flatMap((tensor) => (modules.includes(tensor.module) ? spread(tensor, uses) : tensor));
  const keys = distinct(own.map(({ layer, module }) => layer ?? module));
  const rows = keys.map((key): GridRow => {
    if (typeof key === 'number') {
      const here = own.filter(({ layer }) => layer === key);
      return { layer: key, cells: columns.map((column) => cellOf(here, column)) };
    }
    const here = own.filter(({ layer, module }) => layer === undefined && module === key);
    return { module: key, cells: kindsOf(here).map((isNorm) => cellOf(here, { module: key, isNorm })) };
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

function cellOf(tensors: readonly TensorShare[], column: Column): GridCell {
  const here = tensors.filter(
    ({ module, isNorm = false }) => module === column.module && isNorm === column.isNorm,
  );
  const trained = here.filter(({ method }) => method !== undefined);
  return {
    ...column,
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
