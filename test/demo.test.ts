import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

const DEMO = join(dirname(import.meta.dirname), 'examples/demo/main.ts');

test('the demo kills both runners amid a job, loses nothing, and says what it measured', async () => {
  const demo = spawn(process.execPath, ['--conditions=@fellrunner/source', DEMO], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [text(demo.stdout), text(demo.stderr)];
  const [code] = (await once(demo, 'close')) as [number | null];
  const story = await stdout;
  expect({ code, stderr: await stderr }, story).toEqual({ code: 0, stderr: '' });
  expect(story).toMatch(/kill -9 +the shell runner, with \d+ lines of season at GitLab/);
  expect(story).toMatch(/kill -9 +the device runner, with \d+ lines of on-device at GitLab/);
  expect(story).not.toContain('✗');
  expect(story).toMatch(/5 jobs · [\d,]+ bytes of log · 5 artifacts of [\d,]+ bytes · [\d.]+ s\n$/);
  expect(story, 'colours are for terminals').not.toContain('\x1b[');
});
