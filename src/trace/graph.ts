import type { InputRole } from '../program/program.ts';
import type { Size } from './size.ts';

export type RecordedDType = 'float32' | 'int32' | 'bool';

/** A number format of frozen matrices other than that in which everything else is computed; see narrow.ts. */
export type NarrowDType = 'float16' | 'bfloat16';

/** Number format of a program's frozen matrices. */
export type ModelDType = 'float32' | NarrowDType;

export type GraphDType = RecordedDType | NarrowDType;

/** Index into `Graph.values`. */
export type ValueId = number;

export interface Value {
  readonly shape: readonly Size[];
  readonly dtype: GraphDType;
}

export type Attribute = number | boolean | string | readonly Size[];

/** One kernel call. `op` is the TensorFlow.js kernel's name; attributes are normalised as kernels.ts says. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Constant {
  readonly value: ValueId;
  readonly data: Float32Array | Int32Array;
}

export interface GraphInput {
  readonly name: string;
  readonly role: InputRole;
  readonly value: ValueId;
}

export interface GraphOutput {
  readonly name: string;
  readonly value: ValueId;
  /** Whether it replaces the `state` input of the same name. */
  readonly state: boolean;
}

/** A program as data: pure kernels in topological order, sizes as polynomials in `symbols`. */
export interface Graph {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly values: readonly Value[];
  readonly inputs: readonly GraphInput[];
  readonly constants: readonly Constant[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly GraphOutput[];
}
