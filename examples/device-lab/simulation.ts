import { join } from 'node:path';

import type { Simulation } from '../play/simulation.ts';

/** A laboratory that has every board one asks for; the folder holds their locks. */
export async function simulate(folder: string): Promise<Simulation> {
  const board = join(import.meta.dirname, 'board.ts');
  return {
    env: { LAB: folder, CONSOLE: `${process.execPath} ${board}` },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
