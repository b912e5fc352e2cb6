import { expect, test } from 'vitest';

import { neighbourLoad } from '../chaos/chaos-load.ts';
import { runChaos } from '../chaos/chaos-run.ts';

test('killed beside each other, two runners leave each other’s daemons and files alone', async () => {
  const load = neighbourLoad;
  const { faults, figures } = await runChaos({ kills: 6, seed: 7, twoPhase: false, load });
  expect(faults).toEqual([]);
  expect(figures['jobs']).toBeGreaterThan(Number(figures['lost in flight']));
}, 120_000);
