import { rm } from 'node:fs/promises';
import { build, context } from 'esbuild';

const common = {
  outdir: 'dist',
  bundle: true,
  // The ES-module builds: TensorFlow.js registers its gradients only there.
  mainFields: ['module', 'main'],
  sourcemap: true,
  logLevel: 'warning',
};

/** Every program of the product, where it starts, and how it is built. */
const bundles = [
  {
    ...common,
    // Programs of Node: what is imported on demand stays on demand (executors, with their native packages).
    entryPoints: {
      cli: 'src/cli/main.ts',
      trainer: 'src/trainer/main.ts',
      worker: 'src/trainer/worker.ts',
      server: 'src/language/server.ts',
      planner: 'src/language/planner.ts',
      'bench-step': 'bench/step.ts',
    },
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['onnxruntime-node'],
    // CommonJS packages inside an ES module still ask for `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  },
  {
    ...common,
    // The editor loads its extensions as CommonJS.
    entryPoints: { extension: 'src/extension/extension.ts' },
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    minify: true,
  },
  {
    ...common,
    // Pages: script and style of one name.
    entryPoints: {
      'webview/dashboard': 'webview/dashboard/main.ts',
      'webview/form': 'webview/form/main.ts',
    },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
  },
];

await rm('dist', { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  // The words that .vscode/tasks.json waits for.
  console.log('building');
  const contexts = await Promise.all(bundles.map((bundle) => context(bundle)));
  await Promise.all(contexts.map((each) => each.rebuild()));
  console.log('built');
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
}
