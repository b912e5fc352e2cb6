import { conflict } from '../http/refusal.ts';
import { dependenciesOf } from '../payload/dependencies.ts';
import type { Job } from '../world/job.ts';
import type { Runner, RunnerManager } from '../world/runner.ts';
import type { World } from '../world/world.ts';

/** Who meets more jobs than this that cannot be run is sent away, to ask again. */
const MAX_DEPTH = 45;
const ACKNOWLEDGE_WITHIN_MS = 2 * 60 * 1000;

export interface Picked {
  readonly job: Job;
  /** How many jobs were looked at. */
  readonly depth: number;
}

/** Takes the next job for a runner out of the queue; jobs that cannot run at all fail on the way. */
export function pickJob(world: World, runner: Runner, manager: RunnerManager): Picked | undefined {
  world.acknowledgements.requeueExpired();
  world.jobs.playDue();
  for (let depth = 1; ; depth += 1) {
    const job = world.jobs.queue.next(runner);
    if (job === undefined) return undefined;
    if (depth > MAX_DEPTH) throw conflict();
    const obstacle = obstacleTo(world, job, manager);
    if (obstacle === undefined) {
      assign(world, job, runner, manager);
      return { job, depth };
    }
    world.jobs.drop(job, obstacle);
  }
}

/** Why a job that waits can be given to nobody, in the order in which GitLab looks. */
function obstacleTo(world: World, job: Job, manager: RunnerManager): string | undefined {
  const now = world.clock.now();
  if (dependenciesOf(world, job).some((dependency) => hasLostArtifacts(dependency, now))) {
    return 'missing_dependency_failure';
  }
  const { requiredFeatures, user } = job.definition;
  if (!requiredFeatures.every((feature) => manager.features[feature] === true)) {
    return 'runner_unsupported';
  }
  if (job.project.deleted) return 'project_deleted';
  if (!job.project.buildsEnabled) return 'builds_disabled';
  if (user.state === 'blocked') return 'user_blocked';
  return undefined;
}

function hasLostArtifacts(dependency: Job, nowMs: number): boolean {
  if (dependency.erasedAt !== undefined) return true;
  const expireAt = dependency.artifacts.get('archive')?.expireAt;
  return expireAt !== undefined && expireAt <= nowMs;
}

function assign(world: World, job: Job, runner: Runner, manager: RunnerManager): void {
  if (world.settings.two_phase && manager.features['two_phase_job_commit'] === true) {
    world.acknowledgements.await(job, runner, manager, ACKNOWLEDGE_WITHIN_MS);
  } else {
    world.jobs.assign(job, runner, manager);
    world.jobs.start(job);
  }
}
