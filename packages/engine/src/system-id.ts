import { createHmac, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { EventLog } from '@fellrunner/core';

const MACHINE_ID = '/etc/machine-id';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * The name of this machine at GitLab, the same at each start: `s_` and a keyed hash of the
 * machine's id, as gitlab-runner makes it, else `r_` and twelve random characters, kept in the store.
 */
export async function systemIdOf(store: EventLog, machineIdFile = MACHINE_ID): Promise<string> {
  const kept = await store.note('system_id');
  if (kept !== undefined) return kept;
  const id = createSystemId(machineIdFile);
  await store.setNote('system_id', id);
  return id;
}

/** For those who have no store: whoever needs the same name again has to keep it. */
export function createSystemId(machineIdFile = MACHINE_ID): string {
  return machineSystemId(machineIdFile) ?? randomSystemId();
}

function machineSystemId(file: string): string | undefined {
  let machineId: string;
  try {
    machineId = readFileSync(file, 'utf8').trim();
  } catch {
    // Containers often have none; then the random one that the store keeps serves.
    return undefined;
  }
  if (machineId === '') return undefined;
  const key = machineId.slice(0, 32);
  return `s_${createHmac('sha256', key).update('gitlab-runner').digest('hex').slice(0, 12)}`;
}

function randomSystemId(): string {
  return `r_${Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}
