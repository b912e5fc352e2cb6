import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { openZip } from '@fellrunner/archive';
import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';

import { Seeded } from '../chaos/seeded.ts';
import { expectedTrace, randomOutput } from './random-output.ts';

const ROOT = dirname(import.meta.dirname);
const JOBS = 100;
const SECRET = 'abcabcabd';

/** Runs the command on an emulator until it has done so many jobs. */
async function runCommand(url: string, token: string, args: readonly string[]): Promise<number> {
  const command = [
    '--conditions=@fellrunner/source',
    join(ROOT, 'packages/cli/src/main.ts'),
    'run',
  ];
  const child = spawn(process.execPath, [...command, '--url', url, ...args], {
    env: { ...process.env, FELLRUNNER_TOKEN: token },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

async function unpacked(job: EmulatedJob, folder: string): Promise<string> {
  const file = join(folder, `${job.id}.zip`);
  writeFileSync(file, (await job.artifact()?.read()) ?? '');
  await using zip = await openZip(file);
  return text(zip.open('data'));
}

describe.each([
  ['--handler', [join(ROOT, 'test/handlers/prints-a-file.ts')], 0],
  ['--executor', ['shell'], 1],
])('a hundred jobs, eight at once, by the command with %s', (option, value, shell) => {
  test('all succeed, every byte of output arrives, masked and valid, and every artifact is equal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fellrunner-hundred-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await using gitlab = await startEmulator();
    const chance = new Seeded(2026 + shell);
    const jobs = Array.from({ length: JOBS }, (_unused, n) => {
      const output = randomOutput(() => chance.next(), SECRET);
      const data = join(folder, `data-${n}`);
      writeFileSync(data, output);
      const job = gitlab.job({
        name: `job ${n}`,
        script: ['cat "$DATA"; cp "$DATA" data'],
        variables: { DATA: data, GIT_STRATEGY: 'empty', SECRET: { value: SECRET, masked: true } },
        artifacts: [{ paths: ['data'] }],
      });
      return { job, output };
    });
    mkdirSync(join(folder, 'state'));
    const store = ['--store', join(folder, 'state', 'store.db')];
    const limits = ['--concurrency', '8', '--max-jobs', String(JOBS)];
    const code = await runCommand(gitlab.url, gitlab.runnerToken, [
      option,
      ...value,
      ...store,
      ...limits,
    ]);
    expect(code).toBe(0);
    for (const { job, output } of jobs) {
      expect([job.name, job.status]).toEqual([job.name, 'success']);
      const trace = shell ? stepOutput(job.trace) : job.trace;
      expect(trace).toBe(expectedTrace(output, SECRET));
      expect(await unpacked(job, folder)).toBe(output.toString());
    }
  });
});

/** What lies in a shell job's log between the echo of its one script line and the section's end. */
function stepOutput(trace: string): string {
  const [, after = ''] = trace.split('cp "$DATA" data\u001B[0;m\n');
  return after.slice(0, after.indexOf('section_end:'));
}
