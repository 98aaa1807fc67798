import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { internal } from '../../core/errors.ts';
import type { Graph, GraphDType, NarrowDType, Node } from '../../trace/graph.ts';
import { TENSORFLOW } from './backend.ts';
import { kernels, type Attributes, type Kernel } from './kernels.ts';

/** DataType of TensorFlow's types.proto. */
const DATA_TYPE: Readonly<Record<GraphDType, number>> = {
  float32: 1,
  int32: 3,
  bool: 10,
  bfloat16: 14,
  float16: 19,
};

/** The part of the package's backend that runs TensorFlow's own operations. */
interface Backend extends tf.KernelBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    executeOp(
      name: string,
      attributes: readonly OpAttribute[],
      inputs: readonly number[],
      outputs: 1,
    ): [Made];
  };
  readonly tensorMap: tf.DataStorage<object>;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}

interface Made {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean;
}

/** The dtypes of a node's first operand and of its result. */
interface DTypes {
  readonly from: GraphDType;
  readonly to: GraphDType;
}

type Run = (operands: readonly Tensor[], attributes: Attributes, dtypes: DTypes) => Tensor;

/** The kernel of a node; with a narrow operand or result one of those below, since TensorFlow.js has no narrow dtypes. */
export function kernelOf({ values }: Graph, { op, inputs, outputs }: Node): Kernel {
  const types = [...inputs, ...outputs].map((value) => values[value].dtype);
  if (!types.some((dtype) => dtype === 'float16' || dtype === 'bfloat16'))
    return kernels[op] ?? internal(`no kernel of TensorFlow for ${op}`);
  const run = narrowKernels[op] ?? internal(`no kernel of TensorFlow for ${op} in ${types.join(', ')}`);
  const dtypes = { from: types[0], to: values[outputs[0]].dtype };
  return { needs: [], run: (operands, attributes) => [run(operands, attributes, dtypes)] };
}

/** A float32 tensor in a narrow format. */
export function narrowCast(tensor: Tensor, to: NarrowDType): Tensor {
  return narrowKernels.Cast([tensor], {}, { from: 'float32', to });
}

/** What narrow.ts makes of operands in a narrow format, as TensorFlow's own operations. */
const narrowKernels: Readonly<Record<string, Run>> = {
  Cast: ([x], _, { from, to }) => execute('Cast', [x], { SrcT: from, DstT: to, Truncate: false }),
  BatchMatMul: ([a, b], { transposeA, transposeB }, { to }) =>
    execute('BatchMatMulV2', [a, b], { T: to, adj_x: Boolean(transposeA), adj_y: Boolean(transposeB) }),
  Reshape: ([x], { shape }, { to }) => execute('Reshape', [x, sizes(shape)], { T: to, Tshape: 'int32' }),
  Transpose: ([x], { perm }, { to }) => execute('Transpose', [x, sizes(perm)], { T: to, Tperm: 'int32' }),
  Slice: ([x], { begin, size }, { to }) =>
    execute('Slice', [x, sizes(begin), sizes(size)], { T: to, Index: 'int32' }),
  GatherV2: ([x, indices], _, { to }) =>
    execute('GatherV2', [x, indices, tf.scalar(0, 'int32')], {
      Tparams: to,
      Tindices: 'int32',
      Taxis: 'int32',
    }),
};

const sizes = (list: Attributes[string]) => tf.tensor1d(list as number[], 'int32');

/**
 * Runs one of TensorFlow's operations. Its result counts as float32 in TensorFlow.js, whatever it is, so nothing but these kernels may read
 * one in a narrow format.
 */
function execute(
  name: string,
  operands: readonly Tensor[],
  attributes: Readonly<Record<string, GraphDType | boolean>>,
): Tensor {
  const backend = tf.findBackend(TENSORFLOW) as Backend;
  const { TF_ATTR_TYPE, TF_ATTR_BOOL } = backend.binding;
  const written = Object.entries(attributes).map(([attribute, value]): OpAttribute =>
    typeof value === 'boolean'
      ? { name: attribute, type: TF_ATTR_BOOL, value }
      : { name: attribute, type: TF_ATTR_TYPE, value: DATA_TYPE[value] },
  );
  const ids = backend.getInputTensorIds(operands);
  const [{ id, shape, dtype }] = backend.binding.executeOp(name, written, ids, 1);
  const dataId = {};
  backend.tensorMap.set(dataId, { id, shape, dtype, values: null, refCount: 1 });
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' });
}
