import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The ES-module builds: TensorFlow.js registers its gradients only there.
  resolve: {
    mainFields: ['module', 'main'],
    alias: { vscode: new URL('test/support/editor/vscode.ts', import.meta.url).pathname },
  },
  test: {
    pool: 'forks',
    // What `auto` means must not depend on the machine, nor be measured by every test that trains.
    env: { PEFT_WORKBENCH_AUTO: 'onnx-cpu' },
    // What is waited for comes late on a busy machine; the default is one second.
    expect: { poll: { timeout: 30_000 } },
    server: { deps: { inline: [/@tensorflow\//] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup: 'test/support/deviceSetup.ts',
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/support/deviceSetup.ts',
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'parity',
          include: ['test/parity/**/*.test.ts'],
          globalSetup: ['test/support/deviceSetup.ts', 'test/parity/setup.ts'],
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/deviceSetup.ts', 'test/e2e/setup.ts'],
          // Two windows of VS Code at once would only make both slow.
          fileParallelism: false,
          testTimeout: 240_000,
          // On a machine at its limit a window can miss a key or a press. What failed is printed, with its traces, and tried once more.
          retry: 1,
        },
      },
    ],
  },
});
