// Plays an example: its `.gitlab-ci.yml` on a GitLab in this process, its handler in the command.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';

import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';

import { makeRepository } from './make-repository.ts';
import { startSimulation } from './simulation.ts';

const EXAMPLES = dirname(import.meta.dirname);
const FELLRUNNER = join(dirname(EXAMPLES), 'fellrunner');

const names = readdirSync(EXAMPLES).filter((name) =>
  existsSync(join(EXAMPLES, name, 'handler.ts')),
);
const [name = ''] = process.argv.slice(2);
if (names.includes(name)) {
  await play(join(EXAMPLES, name));
} else {
  console.error(`usage: npm run example -- ${names.join('|')}`);
  process.exitCode = 2;
}

async function play(example: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-example-'));
  using stack = new DisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  const state = join(folder, 'simulation');
  mkdirSync(state);
  await using simulation = await startSimulation(example, state);
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  const { jobs } = gitlab.pipeline({ path: makeRepository(example, join(folder, 'project')) });
  const work = ['--handler', join(example, 'handler.ts'), '--store', join(folder, 'store.db')];
  const limits = ['--concurrency', String(jobs.length), '--max-jobs', String(jobs.length)];
  const options = ['--url', gitlab.url, ...work, ...limits, '--log-level', 'warn'];
  const runner = spawn(FELLRUNNER, ['run', ...options], {
    env: { ...process.env, ...simulation.env, FELLRUNNER_TOKEN: gitlab.runnerToken },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(runner, 'exit');
  for (const job of jobs) await Promise.race([show(job), ended]);
  await ended;
}

/** Prints a job's log as it comes, then how the job ended and what it left. */
async function show(job: EmulatedJob): Promise<void> {
  const end = job.finished();
  console.log(styleText('bold', job.name));
  let shown = 0;
  const print = (): boolean => {
    process.stdout.write(job.traceBytes.subarray(shown));
    shown = job.traceBytes.length;
    return false;
  };
  await Promise.race([job.until(print), end]);
  print();
  const code = job.exitCode === undefined ? '' : `, exit code ${job.exitCode}`;
  const left = job.artifacts.map(({ filename }) => filename).join(', ');
  console.log(styleText('dim', `${job.status}${code}${left && `, with ${left}`}\n`));
}
