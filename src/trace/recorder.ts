import * as tf from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { internal } from '../core/errors.ts';
import type { RecordedDType } from './graph.ts';

/** The name under which the recording backend and its kernels are registered. */
export const TRACE_BACKEND = 'trace';

/** What one run of a program did, at one choice of sizes; all shapes are numbers. */
export interface Recording {
  readonly values: { shape: readonly number[]; dtype: RecordedDType }[];
  readonly constants: { value: number; data: Float32Array | Int32Array }[];
  readonly nodes: RecordedNode[];
}

export interface RecordedNode {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Lists are lists of whole numbers that may depend on the sizes; everything else may not. */
  readonly attributes: Readonly<Record<string, number | boolean | string | readonly number[]>>;
}

/** A TensorFlow.js backend without memory: tensors are numbers of values, kernels append nodes. */
export class Recorder extends tf.KernelBackend {
  private idByData = new WeakMap<object, number>();
  private known = new Map<string, TensorInfo[]>();
  private recording: Recording = { values: [], constants: [], nodes: [] };

  /** Forgets everything recorded so far. */
  begin(): void {
    this.idByData = new WeakMap();
    this.known = new Map();
    this.recording = { values: [], constants: [], nodes: [] };
  }

  end(): Recording {
    return this.recording;
  }

  /** A new value with no producer: an input of the program. */
  placeholder(shape: readonly number[], dtype: RecordedDType): TensorInfo {
    const dataId = {};
    this.idByData.set(dataId, this.recording.values.push({ shape: [...shape], dtype }) - 1);
    return { dataId, shape: [...shape], dtype };
  }

  idOf(tensor: TensorInfo): number {
    return (
      this.idByData.get(tensor.dataId) ??
      internal('a tensor of another backend or recording reached the trace')
    );
  }

  /** Appends a node, or returns the outputs of an equal one: all kernels are pure. */
  emit(
    op: string,
    inputs: readonly TensorInfo[],
    outputs: readonly { shape: readonly number[]; dtype: DataType }[],
    attributes: RecordedNode['attributes'] = {},
  ): TensorInfo[] {
    const ids = inputs.map((input) => this.idOf(input));
    const key = keyOf([op, ids, outputs.map(({ dtype }) => dtype), attributes]);
    const same = this.known.get(key);
    if (same !== undefined) return same;
    const infos = outputs.map(({ shape, dtype }) => this.placeholder(shape, dtype as RecordedDType));
    this.recording.nodes.push({ op, inputs: ids, outputs: infos.map((info) => this.idOf(info)), attributes });
    this.known.set(key, infos);
    return infos;
  }

  /** Host data becomes a constant; arrays of one repeated value become Fill nodes, so that their shape may depend on the sizes. */
  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: DataType): object {
    const data =
      dtype === 'float32' ? Float32Array.from(values as Float32Array) : Int32Array.from(values as Int32Array);
    if (shape.length > 0 && data.every((value) => Object.is(value, data[0]))) {
      return this.emit('Fill', [], [{ shape, dtype }], { shape: [...shape], value: data[0], dtype })[0]
        .dataId;
    }
    const key = keyOf(['constant', shape, dtype, [...data]]);
    const same = this.known.get(key);
    if (same !== undefined) return same[0].dataId;
    const info = this.placeholder(shape, dtype as RecordedDType);
    this.recording.constants.push({ value: this.idOf(info), data });
    this.known.set(key, [info]);
    return info.dataId;
  }

  override move(): never {
    return internal('a traced tensor cannot be moved from another backend');
  }
  override read(): never {
    return internal('a traced tensor has no values');
  }
  override readSync(): never {
    return internal('a traced tensor has no values');
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {
    // Values live as long as the recording.
  }
  decRef(): void {
    // Values live as long as the recording.
  }
  override disposeData(): boolean {
    return true;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override dispose(): void {
    // Nothing is held.
  }
}

/** Equal for equal values alone: JSON has one word for NaN and both infinities, and none for -0. */
function keyOf(parts: unknown): string {
  return JSON.stringify(parts, (_, value: unknown) =>
    typeof value === 'number' && !(Number.isFinite(value) && !Object.is(value, -0))
      ? { number: Object.is(value, -0) ? '-0' : String(value) }
      : value,
  );
}
