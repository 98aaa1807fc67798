import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** Every program of the product, and where it starts. */
const entryPoints = {
  cli: 'src/cli/main.ts',
  trainer: 'src/trainer/main.ts',
  worker: 'src/trainer/worker.ts',
  'bench-step': 'bench/step.ts',
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  bundle: true,
  // What is imported on demand stays on demand: executors, with their native packages.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // The ES-module builds: TensorFlow.js registers its gradients only there.
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node'],
  sourcemap: true,
  logLevel: 'warning',
  // CommonJS packages inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
