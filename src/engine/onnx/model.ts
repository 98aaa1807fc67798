import type { GraphDType } from '../../trace/graph.ts';

export type OnnxDType = GraphDType | 'int64';

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'text'; readonly value: string };

export interface OnnxNode {
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** An empty name stands for an optional input or output that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** One whose values lie in a file beside the model's: bytes from `offset` on. */
export interface ExternalInitializer extends Omit<OnnxInitializer, 'data'> {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Type of an input or output; sizes are numbers or names of symbols. Without a shape it is of any. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly shape?: readonly (number | string)[];
}

/** An ONNX model (onnx.proto, IR version 9, operator set 20) as plain data; the program's own names stand on inputs and outputs. */
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly external?: readonly ExternalInitializer[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

export const IR_VERSION = 9;
export const OPSET = 20;
