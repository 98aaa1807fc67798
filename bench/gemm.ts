import * as ort from 'onnxruntime-node';
import { encodeOnnx } from '../src/engine/onnx/encode.ts';

/** GFLOP/s of float32 products (rows, in) x (in, out) in ONNX Runtime, over these [in, out, times] shapes together. */
export async function gemmGflops(
  rows: number,
  shapes: readonly (readonly [number, number, number])[],
): Promise<number> {
  let flops = 0;
  let elapsedMs = 0;
  for (const [from, to, times] of shapes) {
    const info = (name: string, shape: number[]) => ({ name, dtype: 'float32' as const, shape });
    const session = await ort.InferenceSession.create(
      encodeOnnx({
        name: 'gemm',
        nodes: [
          {
            op: 'FusedMatMul',
            domain: 'com.microsoft',
            inputs: ['x', 'w'],
            outputs: ['y'],
            attributes: { transB: { kind: 'int', value: 1 } },
          },
        ],
        initializers: [],
        inputs: [info('x', [rows, from]), info('w', [to, from])],
        outputs: [info('y', [rows, to])],
      }),
      { logSeverityLevel: 3 },
    );
    const feeds = {
      x: new ort.Tensor('float32', new Float32Array(rows * from).fill(0.5), [rows, from]),
      w: new ort.Tensor('float32', new Float32Array(to * from).fill(0.5), [to, from]),
    };
    const runs: number[] = [];
    for (let run = 0; run < 8; run++) {
      const started = performance.now();
      await session.run(feeds);
      runs.push(performance.now() - started);
    }
    flops += times * 2 * rows * from * to;
    elapsedMs += times * Math.min(...runs);
    await session.release();
  }
  return flops / elapsedMs / 1e6;
}
