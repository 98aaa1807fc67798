import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The ES-module builds: TensorFlow.js registers its gradients only there.
  resolve: { mainFields: ['module', 'main'] },
  test: {
    pool: 'forks',
    server: { deps: { inline: [/@tensorflow\//] } },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        extends: true,
        test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'parity',
          include: ['test/parity/**/*.test.ts'],
          globalSetup: 'test/parity/setup.ts',
          testTimeout: 600_000,
        },
      },
    ],
  },
});
