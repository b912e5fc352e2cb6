import { isRunnerError, messageOf } from '@fellrunner/core';
import type { SharedSlots } from '@fellrunner/engine';

import type { ProgramLog } from '../log/program-log.ts';
import type { Fleet } from './fleet.ts';
import type { RunSettings } from './run-settings.ts';
import type { Shutdown } from './shutdown.ts';

/** What a changed configuration reaches. */
export interface ReloadOptions {
  readonly read: () => Promise<RunSettings>;
  readonly fleet: Fleet;
  readonly slots: SharedSlots;
  readonly shutdown: Shutdown;
  /** Looks after the tokens that are in force. */
  readonly onReplaced: () => void;
  readonly log: ProgramLog;
}

/**
 * Puts a changed configuration into force without touching jobs that run; one that cannot be
 * used changes nothing, and is told of. Calls follow one another.
 */
export function createReload(options: ReloadOptions): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => reload(options));
    return last;
  };
}

async function reload({
  fleet,
  log,
  onReplaced,
  read,
  shutdown,
  slots,
}: ReloadOptions): Promise<void> {
  try {
    const settings = await read();
    await fleet.replace(settings.runners);
    onReplaced();
    slots.resize(settings.concurrent);
    shutdown.timeoutMs = settings.shutdownTimeoutMs;
    log.level = settings.logLevel;
    log.info({ runners: settings.runners.length }, 'the configuration was read again');
    for (const warning of settings.warnings) log.warn({}, warning);
  } catch (error) {
    const stack = isRunnerError(error) || !(error instanceof Error) ? undefined : error.stack;
    log.error({ stack }, `${messageOf(error)} (what was in force before stays so)`);
  }
}
