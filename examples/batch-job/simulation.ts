import { delimiter, join } from 'node:path';

import type { Simulation } from '../play/simulation.ts';

/** A cluster of this machine alone; the folder holds what its accounting knows. */
export async function simulate(folder: string): Promise<Simulation> {
  const path = [join(import.meta.dirname, 'bin'), process.env['PATH']].join(delimiter);
  return {
    env: { CLUSTER: folder, PATH: path, POLL_SECONDS: '0.2' },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
