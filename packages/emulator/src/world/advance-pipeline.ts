import { parseDuration } from '../ci/duration.ts';
import { compositeStatus, neededStatus, type CompositeStatus } from './composite-status.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { Pipeline } from './pipeline.ts';

/** Lets the jobs that wait in a pipeline go on as far as those before them have ended. */
export function advancePipeline(jobs: Jobs, pipeline: Pipeline): void {
  if (!pipeline.advances) return;
  for (let again = true; again;) {
    again = false;
    const ready: Job[] = [];
    for (const job of pipeline.jobs) {
      if (job.status !== 'created') continue;
      const decision = decide(job, statusBefore(job));
      if (decision === 'wait') continue;
      if (decision === 'start') ready.push(job);
      else if (decision === 'skip') jobs.skip(job);
      else jobs.park(job, decision, dueIn(job));
      // Skipping a job may let another one go on, whatever their order.
      again = true;
    }
    if (ready.length > 0) jobs.enqueue(ready);
  }
}

/** How the jobs stand that a job waits for: those it needs, else all of earlier stages. */
function statusBefore(job: Job): CompositeStatus {
  const { needs, stageIndex } = job.definition;
  const present = job.pipeline.jobs.filter(({ retried }) => !retried);
  if (needs === undefined) {
    return compositeStatus(present.filter(({ definition }) => definition.stageIndex < stageIndex));
  }
  return neededStatus(present.filter(({ definition }) => needs.includes(definition.name)));
}

type Decision = 'wait' | 'start' | 'skip' | 'manual' | 'scheduled';

function decide(job: Job, before: CompositeStatus): Decision {
  if (!['success', 'failed', 'canceled', 'skipped'].includes(before)) return 'wait';
  const { spec, needs } = job.definition;
  const { when = 'on_success' } = spec;
  if (!acceptable(when, needs !== undefined).includes(before)) return 'skip';
  if (when === 'manual') return 'manual';
  return when === 'delayed' ? 'scheduled' : 'start';
}

function acceptable(when: string, hasNeeds: boolean): readonly CompositeStatus[] {
  if (when === 'always') return ['success', 'failed', 'skipped'];
  if (when === 'on_failure') return ['failed'];
  return hasNeeds ? ['success'] : ['success', 'skipped'];
}

function dueIn({ definition }: Job): number {
  return parseDuration(definition.spec.start_in ?? '') ?? 0;
}
