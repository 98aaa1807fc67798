import type { Graph, ValueId } from '../../trace/graph.ts';
import { sizeText, type Size } from '../../trace/size.ts';
import { symbolPlaces } from '../../trace/symbols.ts';
import type { OnnxAttribute, OnnxInitializer, OnnxModel, OnnxNode, OnnxValueInfo } from './model.ts';

/** Collects the ONNX nodes of one graph, and names their values. */
export class LoweringContext {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers = new Map<string, OnnxInitializer>();
  private readonly inputNames: ReadonlyMap<ValueId, string>;
  private readonly computed = new Map<string, string>();
  private fresh = 0;

  constructor(readonly graph: Graph) {
    this.inputNames = new Map(graph.inputs.map(({ name, value }) => [value, name]));
    for (const { value, data } of graph.constants) {
      const { dtype, shape } = graph.values[value];
      this.initializers.set(this.nameOf(value), {
        name: this.nameOf(value),
        dtype,
        shape: shape as number[],
        data,
      });
    }
  }

  nameOf(value: ValueId): string {
    return this.inputNames.get(value) ?? `v${value}`;
  }

  /** Name for a value inside a lowering. */
  temporary(): string {
    return `t${this.fresh++}`;
  }

  emit(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    domain = '',
  ): void {
    this.nodes.push({ op, domain, inputs, outputs, attributes });
  }

  /** Like `emit`, for one result that only this lowering uses; returns its name. */
  emitTemporary(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = this.temporary();
    this.emit(op, inputs, [output], attributes);
    return output;
  }

  constant(
    dtype: 'float32' | 'int32' | 'int64',
    shape: readonly number[],
    values: readonly number[],
  ): string {
    const name = `${dtype}[${shape.join()}]:${values.join()}`;
    const data = {
      float32: () => Float32Array.from(values),
      int32: () => Int32Array.from(values),
      int64: () => BigInt64Array.from(values, (value) => BigInt(value)),
    }[dtype]();
    this.initializers.set(name, { name, dtype, shape, data });
    return name;
  }

  /** A constant vector of `count` equal floats, named by what it holds. */
  filled(count: number, value: number): string {
    const name = `${count} x ${value}`;
    this.initializers.set(name, {
      name,
      dtype: 'float32',
      shape: [count],
      data: new Float32Array(count).fill(value),
    });
    return name;
  }

  /** int64 vector of these sizes, computed from the shapes of the inputs where they depend on symbols. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.constant('int64', [sizes.length], sizes);
    const key = sizes.map((size) => sizeText(size, this.graph.symbols)).join(' | ');
    return this.once(`[${key}]`, () => {
      const parts = sizes.map((size) => this.size(size));
      return parts.length === 1 ? parts[0] : this.emitTemporary('Concat', parts, { axis: int(0) });
    });
  }

  /** int64 vector of length 1. */
  private size(size: Size): string {
    if (typeof size === 'number') return this.constant('int64', [1], [size]);
    return this.once(sizeText(size, this.graph.symbols), () =>
      size
        .map(({ coefficient, powers }) => {
          const factors = powers.flatMap((power, symbol) =>
            Array.from({ length: power }, () => this.symbol(symbol)),
          );
          if (coefficient !== 1 || factors.length === 0)
            factors.push(this.constant('int64', [1], [coefficient]));
          return factors.reduce((product, factor) => this.emitTemporary('Mul', [product, factor]));
        })
        .reduce((sum, term) => this.emitTemporary('Add', [sum, term])),
    );
  }

  private symbol(index: number): string {
    return this.once(this.graph.symbols[index], () => {
      const { name, axis } = symbolPlaces(this.graph)[index];
      return this.emitTemporary('Shape', [name], { start: int(axis), end: int(axis + 1) });
    });
  }

  private once(key: string, make: () => string): string {
    const known = this.computed.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.computed.set(key, name);
    return name;
  }

  finish(outputs: readonly { name: string; value: ValueId }[]): OnnxModel {
    const { graph } = this;
    const info = (name: string, value: ValueId): OnnxValueInfo => ({
      name,
      dtype: graph.values[value].dtype,
      shape: graph.values[value].shape.map((size) =>
        typeof size === 'number' ? size : sizeText(size, graph.symbols),
      ),
    });
    const read = new Set(this.nodes.flatMap((node) => node.inputs));
    return {
      name: graph.name,
      nodes: this.nodes,
      initializers: [...this.initializers.values()].filter(({ name }) => read.has(name)),
      inputs: graph.inputs.filter(({ name }) => read.has(name)).map(({ name, value }) => info(name, value)),
      outputs: outputs.map(({ name, value }) => info(name, value)),
    };
  }
}

export function int(value: number): OnnxAttribute {
  return { kind: 'int', value };
}

export function ints(value: readonly number[]): OnnxAttribute {
  return { kind: 'ints', value };
}

export function float(value: number): OnnxAttribute {
  return { kind: 'float', value };
}

export function text(value: string): OnnxAttribute {
  return { kind: 'text', value };
}
