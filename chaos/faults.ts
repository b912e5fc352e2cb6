import type { Emulator } from '@fellrunner/emulator';

/** What a network and a server under load do, each in a few of a hundred answers. */
export function addFaults(gitlab: Emulator): void {
  const requests = '/jobs/request';
  const job = '/jobs/\\d+';
  gitlab.faults.add({ probability: 0.04, status: 500 });
  gitlab.faults.add({ probability: 0.02, status: 429, headers: { 'Retry-After': '1' } });
  gitlab.faults.add({ path: job, probability: 0.04, reset: true });
  gitlab.faults.add({ path: job, probability: 0.04, drop_after: true });
  gitlab.faults.add({ method: 'PATCH', probability: 0.03, status: 416, headers: { Range: '0-0' } });
  gitlab.faults.add({ method: 'PUT', probability: 0.03, status: 412 });
  gitlab.faults.add({ method: 'PUT', probability: 0.03, status: 202 });
  gitlab.faults.add({ path: requests, probability: 0.02, reset: true });
  gitlab.faults.add({ probability: 0.1, delay_ms: 150 });
}
