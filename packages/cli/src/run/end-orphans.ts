import { replayJob, type Logger } from '@fellrunner/core';
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
    living.set(key, stepOf(await store.read(key)));
  }
  return living;
}

function stepOf(events: Awaited<ReturnType<Store['read']>>): string {
  try {
    const { work } = replayJob(events).state.context;
    return work?.kind === 'step' ? String(work.step) : '';
  } catch {
    // The runner says so where it takes the job up.
    return UNREADABLE;
  }
}
