// A job's script is a batch job of a Slurm cluster: submitted once, its log followed, canceled with it.
import { execFile } from 'node:child_process';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { defineHandler, type JobLog, type StepContext } from '@fellrunner/engine';

const { POLL_SECONDS = '10' } = process.env;
const UNFINISHED = /^(PENDING|CONFIGURING|RUNNING|COMPLETING|REQUEUED|SUSPENDED|$)/;

const run = promisify(execFile);

export default defineHandler({
  resumable: true,
  isolation: 'shared', // it mostly waits, so many jobs may do so in one thread
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const id = await ctx.once('submit', () => submit(ctx));
    await ctx.log.line(`This is batch job ${id}.`);
    await using output = await open(join(ctx.workdir, 'output.log'), 'a+');
    for (;;) {
      const [state = '', codes = ''] = await account(`--jobs=${id}`, '--format=State,ExitCode');
      // After the state was asked for, so that nothing is left unread when it was the last one.
      await copyNew(output, ctx.log);
      if (state === 'COMPLETED') return;
      if (!UNFINISHED.test(state)) {
        await ctx.log.line(`Slurm ended it: ${state}.`);
        ctx.fail(toReason(state), toExitCode(codes));
      }
      await sleep(Number(POLL_SECONDS) * 1000, undefined, { signal: ctx.signal });
    }
  },
  // Runs also after a crash and may run twice: canceling what has ended changes nothing.
  async cleanup({ outcome, recall }) {
    const id = recall<string>('submit', 'script');
    if (id !== undefined && outcome !== 'success') await run('scancel', [id]);
  },
});

/** The batch job's name is a key: when the runner dies before it knows the id, it is found again. */
async function submit({ job, script, signal, workdir: cwd }: StepContext): Promise<string> {
  const [known] = await account(`--name=${job.url}`, '--starttime=now-1days', '--format=JobID');
  if (known) return known;
  await writeFile(join(cwd, 'job.sh'), ['#!/bin/bash', 'set -eo pipefail', ...script].join('\n'));
  const variables = Object.fromEntries([...job.variables].map(({ key, value }) => [key, value]));
  const args = ['--parsable', `--job-name=${job.url}`, '--output=output.log', 'job.sh'];
  const { stdout } = await run('sbatch', args, {
    cwd,
    env: { ...process.env, ...variables },
    signal,
  });
  return stdout.trim();
}

/** The fields of what Slurm's accounting has on a job; empty where it has nothing yet. */
async function account(...query: readonly string[]): Promise<string[]> {
  const form = ['--noheader', '--allocations', '--parsable2'];
  const { stdout } = await run('sacct', [...form, ...query]);
  return stdout.trim().split('|');
}

async function copyNew(file: FileHandle, log: JobLog): Promise<void> {
  for (;;) {
    const { bytesRead, buffer } = await file.read();
    if (bytesRead === 0) return;
    await log.write(buffer.subarray(0, bytesRead));
  }
}

function toReason(state: string): string {
  if (state === 'TIMEOUT') return 'job_execution_timeout';
  return state === 'FAILED' ? 'script_failure' : 'runner_system_failure';
}

/** Slurm's `3:0` is an exit code, its `0:15` a signal. */
function toExitCode(codes: string): number {
  const [code = 0, signal = 0] = codes.split(':').map(Number);
  return signal === 0 ? code : 128 + signal;
}
