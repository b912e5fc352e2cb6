import { authenticateUser } from '../api/authenticate-user.ts';
import type { Call } from '../http/call.ts';
import { forbidden, invalidParameter, notFound } from '../http/refusal.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';

export interface RunnerRequest {
  readonly user: User;
  readonly runner: () => Runner;
}

/**
 * Who asks for `/runners/:id…`: the scope `manage_runner` is enough here. The runner is looked up
 * when it is asked for, since parameters are judged between the two.
 */
export function requestOfRunner(world: World, call: Call): RunnerRequest {
  const user = authenticateUser(world, call, 'manage_runner');
  const id = parseId('id', call.capture(0));
  return { user, runner: () => findRunner(world, id) };
}

export function findRunner({ runners }: World, id: number): Runner {
  const runner = runners.get(id);
  if (runner === undefined) throw notFound('Runner');
  return runner;
}

export function requireAccess(granted: boolean): void {
  if (!granted) throw forbidden('No access granted');
}

export function parseId(name: string, text: string): number {
  if (!/^-?\d+$/.test(text)) throw invalidParameter(`${name} is invalid`);
  return Number(text);
}
