import type { Emulator } from '@fellrunner/emulator';

import {
  findFault,
  queueHandlerJob,
  queueShellJob,
  type ChaosJob,
} from '../../chaos/chaos-jobs.ts';
import { Seeded } from '../../chaos/seeded.ts';

/** More lanes than a runner has places, so that none is ever without work. */
const LANES = 12;

/** What the load was, and what was wrong with it. */
export interface LoadReport {
  readonly jobs: Readonly<Record<ChaosJob['kind'], number>>;
  readonly wrong: readonly string[];
}

/** How long to go on, and with what. */
export interface Load {
  readonly gitlab: Emulator;
  /** The log of a shell job that nobody disturbed. */
  readonly model: string;
  readonly diary: string;
  readonly isOver: () => boolean;
}

/** Keeps both runners busy: a job that has ended is looked at, and the next is queued. */
export async function keepBusy(load: Load): Promise<LoadReport> {
  const jobs = { shell: 0, handler: 0 };
  const wrong: string[] = [];
  const chance = new Seeded(2026);
  const lane = async (queue: () => ChaosJob): Promise<void> => {
    while (!load.isOver()) {
      const job = queue();
      await job.job.finished();
      const fault = await findFault(job, load.model);
      jobs[job.kind] += 1;
      if (fault !== undefined) wrong.push(`job ${job.job.id} (${job.job.name}) ${fault}`);
    }
  };
  const { diary, gitlab } = load;
  const lanes = Array.from({ length: LANES }, () => [
    lane(() => queueShellJob(gitlab, chance.between(5, 40))),
    lane(() => queueHandlerJob(gitlab, chance.between(2, 20), diary)),
  ]);
  await Promise.all(lanes.flat());
  return { jobs, wrong };
}
