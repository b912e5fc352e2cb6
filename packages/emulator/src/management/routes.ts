import type { Call } from '../http/call.ts';
import type { Reply } from '../http/reply.ts';
import type { Router } from '../http/router.ts';
import type { World } from '../world/world.ts';
import { disableRunner, enableRunner } from './assign-runner.ts';
import { createRunner } from './create-runner.ts';
import { deleteRunnerById } from './delete-runner.ts';
import {
  listAllRunners,
  listAvailableRunners,
  listGroupRunners,
  listProjectRunners,
} from './list-runners.ts';
import { getRunner, listManagers, listProjectsOfRunner } from './read-runner.ts';
import {
  resetGroupRegistrationToken,
  resetInstanceRegistrationToken,
  resetProjectRegistrationToken,
  resetRunnerToken,
} from './reset-tokens.ts';
import { listRunnerJobs } from './runner-jobs.ts';
import { updateRunner } from './update-runner.ts';

type Operation = (world: World, call: Call) => Reply;

/** GitLab's Runners API: what users and administrators do with runners. */
export function routeManagement(router: Router, world: World): void {
  const on = (method: string, path: string, operation: Operation): void =>
    router.on(method, `/api/v4${path}`, (call) => operation(world, call));

  on('GET', '/runners', listAvailableRunners);
  on('GET', '/runners/all', listAllRunners);
  on('POST', '/runners/reset_registration_token', resetInstanceRegistrationToken);
  on('POST', '/user/runners', createRunner);

  on('GET', '/runners/:id', getRunner);
  on('PUT', '/runners/:id', updateRunner);
  on('DELETE', '/runners/:id', deleteRunnerById);
  on('GET', '/runners/:id/jobs', listRunnerJobs);
  on('GET', '/runners/:id/managers', listManagers);
  on('GET', '/runners/:id/projects', listProjectsOfRunner);
  on('POST', '/runners/:id/reset_authentication_token', resetRunnerToken);

  on('GET', '/projects/:id/runners', listProjectRunners);
  on('POST', '/projects/:id/runners', enableRunner);
  on('DELETE', '/projects/:id/runners/:runner_id', disableRunner);
  on('POST', '/projects/:id/runners/reset_registration_token', resetProjectRegistrationToken);

  on('GET', '/groups/:id/runners', listGroupRunners);
  on('POST', '/groups/:id/runners/reset_registration_token', resetGroupRegistrationToken);
}
