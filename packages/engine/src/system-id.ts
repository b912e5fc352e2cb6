import { createHmac, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';

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
  const id = (await machineSystemId(machineIdFile)) ?? randomSystemId();
  await store.setNote('system_id', id);
  return id;
}

async function machineSystemId(file: string): Promise<string | undefined> {
  let machineId: string;
  try {
    machineId = (await readFile(file, 'utf8')).trim();
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
