#!/usr/bin/env -S node --max-semi-space-size=4 --expose-gc
// A young generation of 4 MB: with V8's default a runner with a thousand jobs needs twice the memory.
// Package managers write the line above into launchers of their own, and know no variables in it.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { ExitCode } from './exit-code.ts';

// What Node has compiled once is kept: the command and the threads start in half the time.
enableCompileCache(
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fellrunner', 'compiled'),
);
const { runProgram } = await import('./program.ts');

const args = process.argv.slice(2);
const wantsStack = args.join(' ').replace('=', ' ').includes('--log-level debug');

// Who reads the output may go away (`fellrunner log 42 | head`); that is no failure of ours.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') leave(0);
  else void fail(error);
});
// A terminal that was closed takes no more of the log; the jobs go on.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => void fail(error));

await runProgram(args).then(leave, fail);

async function fail(error: unknown): Promise<void> {
  const { toErrorReport } = await import('./report-error.ts');
  const { line, stack, exitCode } = await toErrorReport(error);
  process.stderr.write(`fellrunner: ${line}\n`);
  if (wantsStack && stack !== undefined) process.stderr.write(`${stack}\n`);
  leave(exitCode);
}

function leave(exitCode: ExitCode): void {
  // An exit drops what a pipe's reader has not taken yet.
  process.stdout.write('', () => process.exit(exitCode));
}
