import { defineConfig } from 'vitest/config';

const ssr = {
  resolve: { conditions: ['@fellrunner/source', 'module', 'node', 'development|production'] },
};

export default defineConfig({
  ssr,
  test: {
    projects: [
      {
        ssr,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'] },
      },
      {
        ssr,
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
    ],
  },
});
