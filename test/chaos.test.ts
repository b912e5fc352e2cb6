import { expect, test } from 'vitest';

import { mixedLoad } from '../chaos/chaos-load.ts';
import { runChaos } from '../chaos/chaos-run.ts';

test('killed 25 times under load and faults, two runners leave no trace of it', async () => {
  const load = mixedLoad;
  const { faults, figures } = await runChaos({ kills: 25, seed: 2026, twoPhase: false, load });
  expect(faults).toEqual([]);
  // The one window that nobody can close without a server's help.
  expect(figures['lost in flight']).toBeLessThanOrEqual(5);
}, 300_000);
