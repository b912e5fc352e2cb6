import { expect, test } from 'vitest';

import { runResume } from '../chaos/resume-run.ts';

test('of 60 jobs that ran when their runner was killed, each goes on once and ends right', async () => {
  const { faults, figures } = await runResume({ jobs: 60, shells: 12 });
  expect(faults).toEqual([]);
  expect(figures['jobs']).toBe(60);
}, 120_000);
