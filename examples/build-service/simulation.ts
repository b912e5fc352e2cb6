import { setTimeout as sleep } from 'node:timers/promises';

import type { Simulation } from '../play/simulation.ts';
import { BuildService, type Build } from './build-service.ts';

/** A service that takes a second for each package. */
export async function simulate(): Promise<Simulation> {
  const service = await BuildService.start((build) => void work(build));
  return {
    env: { BUILD_SERVICE: service.url, POLL_SECONDS: '0.5' },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

async function work(build: Build): Promise<void> {
  for (const name of build.packages) {
    await sleep(1000);
    build.log += `built ${name}\n`;
  }
  if (build.state === 'building') build.state = 'succeeded';
}
