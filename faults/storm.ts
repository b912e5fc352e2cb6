import type { Emulator } from '@fellrunner/emulator';

const REQUEST = '/jobs/request$';
const JOB = '/jobs/\\d+';

/**
 * Lets about one answer in five be wrong: errors, refusals, delays, and connections cut before the
 * work was done or after it.
 */
export function raiseStorm(gitlab: Emulator, { twoPhase }: { twoPhase: boolean }): void {
  const { faults } = gitlab;
  faults.add({ probability: 0.03, status: 500 });
  faults.add({ probability: 0.02, status: 503 });
  faults.add({ probability: 0.02, status: 429, headers: { 'Retry-After': '1' } });
  faults.add({ probability: 0.04, reset: true });
  faults.add({ path: JOB, probability: 0.05, drop_after: true });
  // A job whose 201 is cut is lost, unless the server waits for the runner's word.
  if (twoPhase) faults.add({ path: REQUEST, probability: 0.05, drop_after: true });
  faults.add({ method: 'PATCH', probability: 0.04, status: 416, headers: { Range: '0-0' } });
  faults.add({ method: 'PUT', probability: 0.03, status: 412 });
  faults.add({ method: 'PUT', probability: 0.03, status: 202 });
  faults.add({ probability: 0.05, delay_ms: 200 });
}
