/** Element types of tensors that cross the boundary between host and executor. */
export type DType = 'float32' | 'int32';

/** A dense tensor in host memory, row-major; `data.length` is the product of `shape`. */
export type HostTensor =
  | { dtype: 'float32'; shape: readonly number[]; data: Float32Array }
  | { dtype: 'int32'; shape: readonly number[]; data: Int32Array };

export type HostTensors = Map<string, HostTensor>;

/** Product of the sizes; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, d) => size * d, 1);
}

export function floatTensor(shape: readonly number[], data: Float32Array | readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

export function intTensor(shape: readonly number[], data: Int32Array | readonly number[]): HostTensor {
  return { dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
}

export function zeros(shape: readonly number[]): HostTensor {
  return floatTensor(shape, new Float32Array(sizeOf(shape)));
}

export function scalar(value: number): HostTensor {
  return floatTensor([], [value]);
}
