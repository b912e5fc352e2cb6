import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

import { openZipEntry } from '../chaos/zip-entry.ts';
import { eventually } from './eventually.ts';
import type { Scenario } from './scenario.ts';

interface Surroundings {
  readonly gitlab: Emulator;
  readonly folder: string;
  readonly entries: number;
}

const variables = { GIT_STRATEGY: 'none' };
const SECRET = 'correct-horse-battery';

export function officialScenarios({ gitlab, folder, entries }: Surroundings): Scenario[] {
  return [
    { name: 'registers by token and verifies', run: () => registered(gitlab, entries) },
    { name: '50 jobs, their logs and results', run: () => fiftyJobs(gitlab) },
    { name: 'a failure with its exit code', run: () => failure(gitlab) },
    { name: 'artifacts', run: () => artifacts(gitlab) },
    { name: 'dependencies', run: () => dependencies(gitlab) },
    { name: 'masked variables', run: () => maskedVariables(gitlab) },
    { name: 'a job canceled by a user', run: () => canceled(gitlab, folder) },
    { name: 'a job that runs into its timeout', run: () => timedOut(gitlab) },
    { name: 'long polling', run: () => longPolling(gitlab, entries) },
  ];
}

/** The log in full where something is not as it should be: nobody can look again. */
function expectEnd(job: EmulatedJob, status: string): void {
  assert.equal(job.status, status, `${job.name} is ${job.status}: ${job.trace.slice(-500)}`);
}

async function registered(gitlab: Emulator, entries: number): Promise<void> {
  const theirs = (): number => gitlab.runners.filter(({ managers }) => managers.length > 0).length;
  await eventually(`${entries} runners have asked for jobs`, () => theirs() >= entries);
}

async function fiftyJobs(gitlab: Emulator): Promise<void> {
  const script = ['echo "begin of $CI_JOB_ID"', 'seq 1 200', 'echo "end of $CI_JOB_ID"'];
  const jobs = gitlab.jobs({ name: 'many', count: 50, script, variables });
  await Promise.all(jobs.map((job) => job.finished()));
  const numbers = Array.from({ length: 200 }, (_unused, index) => index + 1);
  for (const job of jobs) {
    expectEnd(job, 'success');
    const printed = job.trace.match(/^(begin of \d+|end of \d+|\d+)$/gm);
    assert.deepEqual(printed, [`begin of ${job.id}`, ...numbers.map(String), `end of ${job.id}`]);
    assert.match(job.trace, /Job succeeded/);
  }
}

async function failure(gitlab: Emulator): Promise<void> {
  const job = await gitlab.job({ name: 'failure', script: ['exit 7'], variables }).finished();
  expectEnd(job, 'failed');
  assert.deepEqual([job.failureReason, job.exitCode], ['script_failure', 7]);
}

function leaveFiles(gitlab: Emulator): Promise<EmulatedJob> {
  const script = [
    'mkdir -p out/deep && echo one > out/one.txt && echo two > out/deep/two.txt',
    'echo "FROM_REPORT=42" > facts.env',
  ];
  const spec = [
    { paths: ['out/'], expire_in: '1 day' },
    { artifact_type: 'dotenv', paths: ['facts.env'] },
  ];
  return gitlab.job({ name: 'files', script, variables, artifacts: spec }).finished();
}

async function artifacts(gitlab: Emulator): Promise<void> {
  const job = await leaveFiles(gitlab);
  expectEnd(job, 'success');
  const archive = job.artifact();
  assert.deepEqual(
    job.artifacts.map(({ file_type, file_format, expire_in }) => [
      file_type,
      file_format,
      expire_in,
    ]),
    [
      ['archive', 'zip', '1 day'],
      ['dotenv', 'gzip', null],
    ],
  );
  assert.equal(await openZipEntry(await archive?.read(), 'out/deep/two.txt'), 'two\n');
}

async function dependencies(gitlab: Emulator): Promise<void> {
  const files = await leaveFiles(gitlab);
  const script = ['cat out/one.txt out/deep/two.txt', 'echo "report says $FROM_REPORT"'];
  const spec = { name: 'reader', script, variables, dependencies: [files.id] };
  const job = await gitlab.job(spec).finished();
  expectEnd(job, 'success');
  assert.match(job.trace, /^one\ntwo\n/m);
  assert.match(job.trace, /^report says 42$/m);
}

async function maskedVariables(gitlab: Emulator): Promise<void> {
  const masked = { ...variables, SECRET: { value: SECRET, masked: true } };
  const script = ['echo "it is $SECRET, twice $SECRET$SECRET"'];
  const job = await gitlab.job({ name: 'masked', script, variables: masked }).finished();
  expectEnd(job, 'success');
  assert.match(job.trace, /^it is \[MASKED\], twice \[MASKED\]\[MASKED\]$/m);
  assert.ok(!job.trace.includes(SECRET), 'the secret is in the log');
}

async function canceled(gitlab: Emulator, folder: string): Promise<void> {
  const pidFile = join(folder, 'canceled.pid');
  const script = [`echo $$ > ${pidFile}`, 'for i in $(seq 300); do echo tick; sleep 1; done'];
  const job = gitlab.job({ name: 'canceled', script, variables });
  await job.until(({ trace }) => trace.includes('tick\n'));
  job.cancel();
  await job.finished();
  expectEnd(job, 'canceled');
  const pid = Number(await readFile(pidFile, 'utf8'));
  await eventually('the job’s shell is gone', () => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // No such process.
  }
}

async function timedOut(gitlab: Emulator): Promise<void> {
  const spec = { name: 'too long', script: ['sleep 300'], timeout: 5, variables };
  const job = await gitlab.job(spec).finished();
  expectEnd(job, 'failed');
  assert.equal(job.failureReason, 'job_execution_timeout');
  assert.match(job.trace, /execution took longer than 5s/);
}

/** An idle runner asks once where it would ask every second, and has its job at once all the same. */
async function longPolling(gitlab: Emulator, entries: number): Promise<void> {
  gitlab.settings({ long_poll_s: 30 });
  const requests = (): number =>
    gitlab.requests.filter(({ path }) => path.endsWith('/jobs/request')).length;
  await sleep(4000); // Each entry has by now been told the queue's value, and is held.
  const before = requests();
  await sleep(6000);
  const asked = requests() - before;
  assert.ok(asked <= entries, `${asked} requests of ${entries} idle runners in six seconds`);
  const startedAt = performance.now();
  const job = gitlab.job({ name: 'waited for', script: ['true'], variables });
  await job.until(({ status }) => status === 'running');
  const waited = performance.now() - startedAt;
  assert.ok(waited < 1000, `the job waited ${Math.round(waited)} ms`);
  await job.finished();
  expectEnd(job, 'success');
}
