import { expect, test } from 'vitest';

import { runFaults } from '../faults/faults-run.ts';

test('with one answer in five wrong, every job has its result, its log and its artifact', async () => {
  const report = await runFaults({ jobs: 60, seed: 2026, twoPhase: false });
  expect(report.wrong).toEqual([]);
  expect(report.struck / report.requests).toBeGreaterThan(0.15);
}, 300_000);
