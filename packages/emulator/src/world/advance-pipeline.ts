import type { Job } from './job.ts';
import type { World } from './world.ts';

/** Goes on in a job's pipeline after the job has ended. */
export function advancePipeline(_world: World, job: Job): void {
  if (!job.pipeline.advances) return;
}
