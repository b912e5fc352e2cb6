import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/**
 * The name by which GitLab knows this machine, as gitlab-runner and a running fellrunner make it
 * of the machine's id; undefined where there is none, as in most containers.
 */
export function machineSystemId(file = '/etc/machine-id'): string | undefined {
  const machineId = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (machineId === '') return undefined;
  const hash = createHmac('sha256', machineId.slice(0, 32)).update('gitlab-runner');
  return `s_${hash.digest('hex').slice(0, 12)}`;
}
