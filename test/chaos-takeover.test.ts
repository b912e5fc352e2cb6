import { expect, test } from 'vitest';

import { runTakeover } from '../chaos/takeover-run.ts';

test.runIf(process.platform === 'linux')(
  'runners that take over from one another lose and double no line, and leave the store to nobody for long',
  async () => {
    const { faults, figures } = await runTakeover({ seconds: 6, everyS: 2 });
    expect(faults).toEqual([]);
    expect(figures['looks at the lock']).toBeGreaterThan(100);
  },
  120_000,
);
