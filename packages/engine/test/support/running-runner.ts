import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';
import type { EventLog, LogFields, Logger } from '@fellrunner/core';
import { MemoryEventLog } from '@fellrunner/testkit';

import { Runner, type RunnerOptions, type StopMode } from '../../src/index.ts';

/** A runner that is running, and ends its jobs when the test ends. */
export interface RunningRunner extends AsyncDisposable {
  readonly runner: Runner;
  readonly store: EventLog;
  readonly logged: {
    readonly level: string;
    readonly message: string;
    readonly fields: LogFields;
  }[];
  /** Resolves when the runner has stopped. */
  readonly ended: Promise<void>;
  stop(mode: StopMode): Promise<void>;
}

export type RunnerWishes = Partial<Omit<RunnerOptions, 'handler'>> & {
  /** A file of `test/handlers`. */
  readonly handler: string;
};

const handlers = new URL('../handlers/', import.meta.url);

/** Starts a runner for an emulator; its jobs' folders lie in a folder of the test's own. */
export async function startRunner(
  gitlab: Emulator,
  { handler, ...wishes }: RunnerWishes,
): Promise<RunningRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-engine-'));
  const store = wishes.store ?? withJobsDir(new MemoryEventLog(), folder);
  const logged: RunningRunner['logged'] = [];
  const runner = new Runner({
    url: gitlab.url,
    token: gitlab.runnerToken,
    handler: new URL(handler, handlers),
    concurrency: 4,
    checkIntervalMs: 50,
    logger: recordingLogger(logged),
    ...wishes,
    store,
  });
  const ended = runner.run();
  return {
    runner,
    store,
    logged,
    ended,
    stop: async (mode) => {
      await runner.stop(mode);
      await ended;
    },
    async [Symbol.asyncDispose]() {
      await runner.stop('abort');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Puts the jobs' folders of a log in memory somewhere on the disk. */
export function withJobsDir(log: MemoryEventLog, folder: string): MemoryEventLog {
  return Object.defineProperty(log, 'jobsDir', { value: folder });
}

function recordingLogger(logged: RunningRunner['logged']): Logger {
  const record =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      logged.push({ level, fields, message });
    };
  return {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
}
