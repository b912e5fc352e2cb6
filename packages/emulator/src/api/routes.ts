import type { Call } from '../http/call.ts';
import type { Reply } from '../http/reply.ts';
import type { Router } from '../http/router.ts';
import { routeManagement } from '../management/routes.ts';
import type { World } from '../world/world.ts';
import { authorizeArtifact } from './authorize-artifact.ts';
import { downloadArtifacts, readObject } from './download-artifacts.ts';
import { currentJob, currentUser, getGroup, getProject, metadata, version } from './instance.ts';
import { patchTrace } from './patch-trace.ts';
import { registerRunner } from './register-runner.ts';
import { requestJob } from './request-job.ts';
import {
  deleteRunner,
  deleteRunnerManager,
  discoverJobRouter,
  resetAuthenticationToken,
  verifyRunner,
} from './runner-lifecycle.ts';
import { runtimeEnvironmentKey } from './runtime-environment-key.ts';
import { updateJob } from './update-job.ts';
import { uploadArtifact } from './upload-artifact.ts';

type Operation = (world: World, call: Call) => Reply | Promise<Reply>;

/** GitLab's API, as far as runners and those who manage them use it. */
export function routeApi(router: Router, world: World): void {
  const on = (method: string, path: string, operation: Operation): void =>
    router.on(method, `/api/v4${path}`, (call) => operation(world, call));

  on('POST', '/jobs/request', requestJob);
  on('PUT', '/jobs/:id', updateJob);
  on('PATCH', '/jobs/:id/trace', patchTrace);
  on('POST', '/jobs/:id/artifacts/authorize', authorizeArtifact);
  on('GET', '/jobs/:id/artifacts', downloadArtifacts);
  on('GET', '/jobs/:id/runtime_environment_key', runtimeEnvironmentKey);
  router.onStream('POST', '/api/v4/jobs/:id/artifacts', (call) => uploadArtifact(world, call));
  router.on('GET', '/object-storage/:key/:name', (call) => readObject(world, call));

  on('POST', '/runners', registerRunner);
  on('DELETE', '/runners', deleteRunner);
  on('POST', '/runners/verify', verifyRunner);
  on('POST', '/runners/reset_authentication_token', resetAuthenticationToken);
  on('DELETE', '/runners/managers', deleteRunnerManager);
  on('GET', '/runners/router/discovery', discoverJobRouter);

  on('GET', '/user', currentUser);
  on('GET', '/version', version);
  on('GET', '/metadata', metadata);
  on('GET', '/job', currentJob);
  on('GET', '/projects/:id', getProject);
  on('GET', '/groups/:id', getGroup);
  routeManagement(router, world);
}
