import { narrowToBFloat16, narrowToFloat16 } from '../../core/halfFloat.ts';
import type { HostTensor } from '../../core/tensor.ts';
import type { ModelDType } from '../../trace/graph.ts';
import { isNarrowed } from '../../trace/narrow.ts';

/** A frozen tensor's values in the number format in which programs take them: matrices in that of the model. */
export function frozenData(
  tensor: HostTensor,
  modelDType: ModelDType = 'float32',
): { dtype: HostTensor['dtype'] | ModelDType; data: Float32Array | Int32Array | Uint16Array } {
  if (tensor.dtype !== 'float32' || !isNarrowed(tensor)) return tensor;
  switch (modelDType) {
    case 'float32':
      return tensor;
    case 'float16':
      return { dtype: modelDType, data: narrowToFloat16(tensor.data) };
    case 'bfloat16':
      return { dtype: modelDType, data: narrowToBFloat16(tensor.data) };
  }
}
