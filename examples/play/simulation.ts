import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What an example works with in place of a laboratory, a build service or a cluster. */
export interface Simulation extends AsyncDisposable {
  /** What the runner's environment must have for it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts what an example's `simulation.ts` simulates, with a folder of its own; nothing without one. */
export async function startSimulation(example: string, folder: string): Promise<Simulation> {
  const module = join(example, 'simulation.ts');
  if (!existsSync(module)) return { env: {}, [Symbol.asyncDispose]: async () => undefined };
  const { simulate } = (await import(module)) as {
    simulate(folder: string): Promise<Simulation>;
  };
  return simulate(folder);
}
