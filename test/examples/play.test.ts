import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

const PLAY = join(import.meta.dirname, '../../examples/play/main.ts');

async function play(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--conditions=@fellrunner/source', PLAY, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: (await output).join('') };
}

describe.concurrent('npm run example', () => {
  test.for([
    ['batch-job', /step 3 on .*\nsuccess\n\ndiverge\n.*failed, exit code 3\n/s],
    ['build-service', /This is build 1\.\nbuilt fellbell\nbuilt summit-log\nsuccess\n/],
    ['command-language', /FELL RUNNER IS OUT!\n.*success, with artifacts\.zip\n/s],
    ['device-lab', /memory ok.*success, with artifacts.zip, junit.xml.gz\n.*exit code 17/s],
  ] as const)('%s does the jobs of its .gitlab-ci.yml', async ([name, expected]) => {
    const { code, output } = await play(name);
    expect(code, output).toBe(0);
    expect(output).toMatch(expected);
  });

  test('without a name says which examples there are', async () => {
    const { code, output } = await play();
    expect(code).toBe(2);
    expect(output).toMatch(/batch-job\|build-service\|command-language\|device-lab\n$/);
  });
});
