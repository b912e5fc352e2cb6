import { expect, test } from 'vitest';

import { runChaos } from '../chaos/chaos-run.ts';

test.for([
  ['on a server that hands out at once', false],
  ['on a server that hands out in two phases', true],
] as const)(
  'killed 25 times under load and faults, two runners leave no trace of it, %s',
  async ([, twoPhase]) => {
    const seed = 2026;
    const report = await runChaos({ kills: 25, seed, twoPhase });
    const { committedTwice, leftoverFolders, leftoverProcesses, lostInFlight, wrong } = report;
    expect({ committedTwice, leftoverFolders, leftoverProcesses, wrong }).toEqual({
      committedTwice: [],
      leftoverFolders: [],
      leftoverProcesses: [],
      wrong: [],
    });
    // The one window that nobody can close without a server's help.
    expect(lostInFlight.length).toBeLessThanOrEqual(twoPhase ? 0 : 3);
  },
  300_000,
);
