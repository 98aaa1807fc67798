import { expect, it } from 'vitest';
import { placementIn } from '../../../src/engine/onnx/profile.ts';
import { placementText } from '../../../src/trainer/placementText.ts';

const node = (op_name: string, provider: string, takes: readonly string[], gives: readonly string[]) => {
  const typed = (types: readonly string[]) => types.map((type) => ({ [type]: [2, 3] }));
  const args = { op_name, provider, input_type_shape: typed(takes), output_type_shape: typed(gives) };
  return { cat: 'Node', name: `${op_name}_1_kernel_time`, args };
};
const [processor, device] = ['CPUExecutionProvider', 'WebGpuExecutionProvider'];
const sizesAlone = [
  { cat: 'Session', name: 'model_run', args: {} },
  node('MatMul', device, ['float', 'float'], ['float']),
  node('Concat', processor, ['int64', 'int64'], ['int64']),
  node('Add', device, ['float', 'float'], ['float']),
  node('MatMul', device, ['float', 'float'], ['float']),
  { ...node('Add', device, ['float'], ['float']), name: 'Add_1_fence_before' },
];

it('counts the operators of a profile by the place where they ran', () => {
  const { placement, strays } = placementIn(JSON.stringify(sizesAlone));
  expect(placement).toEqual({ device: { Add: 1, MatMul: 2 }, processor: { Concat: 1 } });
  expect(Object.keys(placement.device)).toEqual(['Add', 'MatMul']);
  expect(strays).toEqual([]);
  expect(placementText('step', placement)).toBe(
    'step: 3 operators on the device (Add 1, MatMul 2); 1 operator on the processor, for sizes alone (Concat 1)',
  );
  expect(placementText('step', { ...placement, processor: {} })).toMatch(/; 0 operators on the processor$/);
});

it.each([
  ['takes another type than sizes', ['int64', 'float'], ['int64']],
  ['gives another', ['int64'], ['int32']],
])('an operator on the processor that %s is a stray', (_, takes, gives) => {
  const profile = [
    ...sizesAlone,
    node('Cast', processor, takes, gives),
    node('Cast', processor, takes, gives),
  ];
  expect(placementIn(JSON.stringify(profile)).strays).toEqual(['Cast']);
});
