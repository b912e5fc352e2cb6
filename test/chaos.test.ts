import { expect, test } from 'vitest';

import { runChaos } from '../chaos/chaos-run.ts';

test('killed 25 times under load and faults, two runners leave no trace of it', async () => {
  const report = await runChaos({ kills: 25, seed: 2026, twoPhase: false });
  const { committedTwice, leftoverFolders, leftoverProcesses, lostInFlight, wrong } = report;
  expect({ committedTwice, leftoverFolders, leftoverProcesses, wrong }).toEqual({
    committedTwice: [],
    leftoverFolders: [],
    leftoverProcesses: [],
    wrong: [],
  });
  // The one window that nobody can close without a server's help.
  expect(lostInFlight.length).toBeLessThanOrEqual(5);
}, 300_000);
