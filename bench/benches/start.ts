import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Emulator } from '@fellrunner/emulator';

import type { Bench, Stage } from '../frame/bench.ts';
import { sizeOf } from '../frame/command.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { startWatch } from '../frame/stopwatch.ts';

const run = promisify(execFile);

/** How soon the command is there, and what it takes on the disk. */
export const start: Bench = {
  name: 'start',
  about: 'the command from its start, and its size as installed with all that it needs',
  runs: 5,
  async measure(stage) {
    const bare = await timeCommand([process.execPath, '-e', '0']);
    const help = await timeCommand([...stage.command.words, '--help']);
    // What Node compiles is kept in the home folder, which is a new one for each run.
    const firstPoll = await timeFirstPoll(stage);
    const laterPoll = await timeFirstPoll(stage);
    const limit = { what: 'Node with nothing to do', value: bare };
    const { installed } = stage.command;
    const size = installed === undefined ? [] : [{ ...SIZE, value: sizeOf(installed) }];
    return [
      { what: '`fellrunner --help`', unit: 'ms', value: help, limit },
      { what: `${RUN}, nothing compiled yet`, unit: 'ms', value: firstPoll, limit },
      { what: `${RUN}, each later time`, unit: 'ms', value: laterPoll, limit },
      ...size,
    ];
  },
};

const RUN = '`fellrunner run` to its first request for a job';
const SIZE = { what: 'installed, without Node', unit: 'MB' };

async function timeCommand([command = '', ...args]: readonly string[]): Promise<number> {
  const seconds = startWatch();
  await run(command, args);
  return seconds() * 1000;
}

async function timeFirstPoll(stage: Stage): Promise<number> {
  await using gitlab = await startGitLab();
  const seconds = startWatch();
  await using runner = new RunnerProcess(stage, gitlab, ['--handler', handlerFile('prints')]);
  await runner.whileItRuns(untilAsked(gitlab));
  return seconds() * 1000;
}

/** A job is handed out at the first request: what it takes to be handed out is the request's time. */
async function untilAsked(gitlab: Emulator): Promise<void> {
  await gitlab.job().until(({ status }) => status !== 'pending');
}
