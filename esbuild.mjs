import { build } from 'esbuild';

/** Every bundle of the product: where it starts and what it becomes. */
const node = {
  bundle: true,
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
};

const executable = { ...node, banner: { js: `#!/usr/bin/env node\n${node.banner.js}` } };

await Promise.all([
  build({ ...executable, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js' }),
  build({ ...node, entryPoints: ['src/trainer/main.ts'], outfile: 'dist/trainer.js' }),
  build({ ...node, entryPoints: ['src/trainer/worker.ts'], outfile: 'dist/worker.js' }),
  build({ ...node, entryPoints: ['bench/step.ts'], outfile: 'dist/bench-step.js' }),
]);
