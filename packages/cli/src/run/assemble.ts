import type { StopMode } from '@fellrunner/engine';
import { SharedSlots } from '@fellrunner/engine';
import type { Store } from '@fellrunner/persistence';

import type { ProgramLog } from '../log/program-log.ts';
import { Fleet } from './fleet.ts';
import { JobTally } from './job-tally.ts';
import { logJobs } from './log-jobs.ts';
import { ObservedLog, type JobObserver } from './observed-log.ts';
import type { RunSettings } from './run-settings.ts';
import { Shutdown } from './shutdown.ts';

/** What runs, and what the command holds of it. */
export interface RunParts {
  readonly fleet: Fleet;
  readonly shutdown: Shutdown;
  readonly slots: SharedSlots;
  /** The store as the runners have it: what becomes true there is logged and counted. */
  readonly store: ObservedLog;
  readonly tally: JobTally;
}

/** What the parts are made of. */
export interface RunIngredients {
  readonly store: Store;
  readonly log: ProgramLog;
  readonly settings: RunSettings;
  readonly cancelGraceMs: number;
  readonly maxJobs: number | undefined;
  readonly onStop: StopMode | undefined;
  readonly endsSteps: string | undefined;
  /** Told of each event besides the log and the tally. */
  readonly observer: JobObserver | undefined;
}

/** Puts together what runs; nothing has begun yet. */
export function assemble(ingredients: RunIngredients): RunParts {
  const { cancelGraceMs, endsSteps, log, maxJobs, observer, onStop, settings } = ingredients;
  const { concurrent, runners, shutdownTimeoutMs } = settings;
  const tally = new JobTally();
  const logJob = logJobs(log);
  const store = new ObservedLog(ingredients.store, (job, event) => {
    logJob(job, event);
    tally.observe(job, event);
    observer?.(job, event);
    shutdown.look();
  });
  ingredients.store.onHealth((health) => {
    if (health.writable) log.info({}, 'the store can be written again');
    else log.error({}, `no job is asked for while the store cannot be written: ${health.why}`);
  });
  const slots = new SharedSlots({ limit: concurrent, ...(maxJobs !== undefined && { maxJobs }) });
  const fleet = new Fleet(
    { store, slots, logger: log, env: process.env, cancelGraceMs, endsSteps },
    runners,
  );
  const shutdown = new Shutdown({
    fleet,
    logger: log,
    onStop,
    endsSteps,
    cancelGraceMs,
    timeoutMs: shutdownTimeoutMs,
  });
  return { fleet, shutdown, slots, store, tally };
}
