import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { aShellJob, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

test('a job does not see what the first line of the command sets for the runner itself', async () => {
  using folder = new TempFolder();
  await using gitlab = await startEmulator();
  await using _ = await startRunner({ gitlab, folder, env: { MALLOC_ARENA_MAX: '2' } });
  const job = aShellJob(gitlab, { script: ['echo "arenas: [$MALLOC_ARENA_MAX]"'] });
  await job.finished();
  expect(job.trace).toContain('arenas: []');
});
