import { replayJob, type Logger } from '@fellrunner/core';
import { endMarkedProcesses, type ProcessMark } from '@fellrunner/executors';
import type { Store } from '@fellrunner/persistence';

/** Ends what earlier runners of this store left running and no job goes on with; each is named. */
export async function endOrphans(store: Store, graceMs: number, log: Logger): Promise<void> {
  const living = await livingSteps(store);
  const isLiving = ({ jobKey, step }: ProcessMark): boolean => living.get(jobKey) === step;
  const pids = await endMarkedProcesses({ storeId: store.storeId, isLiving, graceMs });
  for (const pid of pids) log.info({ ended: pid }, 'ended a process that a finished step had left');
}

/** The step that each unfinished job is at: its process is taken up, all others are not. */
async function livingSteps(store: Store): Promise<ReadonlyMap<number, string>> {
  const living = new Map<number, string>();
  for (const key of await store.unfinished()) {
    const { work } = replayJob(await store.read(key)).state.context;
    if (work?.kind === 'step') living.set(key, String(work.step));
  }
  return living;
}
