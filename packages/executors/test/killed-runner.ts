import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { EngineWishes } from './fake-engine.ts';

const RUNNER = fileURLToPath(new URL('fixtures/runner.ts', import.meta.url));

/** Starts a runner in a process of its own, and kills it as soon as its job printed a text. */
export async function killRunnerAt(text: string, wishes: EngineWishes): Promise<void> {
  const child = startRunner(wishes);
  for await (const line of createInterface({ input: child.stdout! })) {
    if ((JSON.parse(line) as string).includes(text)) break;
  }
  await kill(child);
}

export function startRunner(wishes: EngineWishes): ChildProcess {
  const args = ['--conditions=@fellrunner/source', RUNNER, JSON.stringify(wishes)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
