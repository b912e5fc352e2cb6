import type { Call } from '../http/call.ts';
import { forbidden } from '../http/refusal.ts';
import type { Runner } from '../world/runner.ts';
import type { World } from '../world/world.ts';

/** The runner whose token the request has as a parameter. */
export function authenticateRunner(world: World, call: Call): Runner {
  const runner = world.runners.authenticate(call.parameters.required('token'));
  if (runner === undefined) throw forbidden();
  return runner;
}
