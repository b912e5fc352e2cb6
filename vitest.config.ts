import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

/** Threads and processes that tests start run from source; what Node has compiled once is kept. */
const NODE_COMPILE_CACHE = join(import.meta.dirname, 'node_modules/.cache/node');

const ssr = {
  resolve: { conditions: ['@fellrunner/source', 'module', 'node', 'development|production'] },
};

export default defineConfig({
  ssr,
  test: {
    env: { NODE_COMPILE_CACHE },
    // Most tests wait for processes, servers and clocks: more of them go beside each other than cores.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      {
        ssr,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          // Milliseconds on a machine of one's own; properties take seconds where others work too.
          testTimeout: 60_000,
        },
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
