import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { replayJob, type JobKey, type Logger } from '@fellrunner/core';
import { endMarkedProcesses, type ProcessMark } from '@fellrunner/executors';
import type { Store } from '@fellrunner/persistence';

/** Ends what earlier runners of this store left running and no job goes on with; each is named. */
export async function endOrphans(store: Store, graceMs: number, log: Logger): Promise<void> {
  const living = await livingSteps(store);
  const isLiving = ({ jobKey, step }: ProcessMark): boolean =>
    [step, UNREADABLE].includes(living.get(jobKey) ?? '');
  const pids = await endMarkedProcesses({ storeId: store.storeId, isLiving, graceMs });
  for (const pid of pids) log.info({ ended: pid }, 'ended a process that a finished step had left');
}

/** A job whose log cannot be replayed: nobody can say what of it is to go on. */
const UNREADABLE = 'unreadable';

/** The step that each unfinished job is at: its process is taken up, all others are not. */
async function livingSteps(store: Store): Promise<ReadonlyMap<number, string>> {
  const living = new Map<number, string>();
  for (const key of await store.unfinished()) {
    living.set(key, await stepOf(store, key));
  }
  return living;
}

async function stepOf(store: Store, key: JobKey): Promise<string> {
  try {
    const { work } = replayJob(await store.read(key)).state.context;
    return work?.kind === 'step' && (await canGoOn(store, key)) ? String(work.step) : '';
  } catch {
    // The runner says so where it takes the job up.
    return UNREADABLE;
  }
}

/** A job whose folder is gone, or whose key is lost, ends: nobody can follow its process. */
async function canGoOn(store: Store, key: JobKey): Promise<boolean> {
  const hasFolder = existsSync(join(store.jobsDir, String(key)));
  return hasFolder && (await store.payload(key)) !== undefined;
}
