import { setTimeout as wait } from 'node:timers/promises';

import { readProcess, type ProcessEntry } from './process-table.ts';

export interface EndProcesses {
  /** Finds what is to be ended; asked again and again, since processes start others meanwhile. */
  readonly find: () => readonly ProcessEntry[];
  /** How long a process has between TERM and KILL. */
  readonly graceMs: number;
}

/** How long a killed process may take to vanish: one in an uninterruptible wait may take for ever. */
const KILL_PATIENCE_MS = 5_000;
const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;

/**
 * Ends processes: TERM, a grace, KILL. Resolves when none is left that can be ended, with those
 * that cannot: another user's, and what hangs in the kernel.
 */
export async function endProcesses(options: EndProcesses): Promise<readonly ProcessEntry[]> {
  const untouchable = new Map<string, ProcessEntry>();
  const termed = new Set<string>();
  const find = (): readonly ProcessEntry[] =>
    options.find().filter((entry) => !untouchable.has(keyOf(entry)));
  const send = (entry: ProcessEntry, signal: NodeJS.Signals): void => {
    if (!sendSignal(entry, signal)) untouchable.set(keyOf(entry), entry);
  };
  const left = await repeat(find, options.graceMs, (entry) => {
    if (termed.has(keyOf(entry))) return;
    termed.add(keyOf(entry));
    send(entry, 'SIGTERM');
    // A stopped process hears of TERM only when it goes on.
    send(entry, 'SIGCONT');
  });
  const hanging =
    left.length === 0
      ? left
      : await repeat(find, KILL_PATIENCE_MS, (entry) => send(entry, 'SIGKILL'));
  return [...untouchable.values(), ...hanging];
}

async function repeat(
  find: () => readonly ProcessEntry[],
  limitMs: number,
  act: (entry: ProcessEntry) => void,
): Promise<readonly ProcessEntry[]> {
  const deadline = performance.now() + limitMs;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
    const found = find();
    found.forEach(act);
    if (found.length === 0 || performance.now() >= deadline) return found;
    await wait(pause);
  }
}

/**
 * Never signals a pid on trust: it is read again right before, and may be another process's by
 * then. False where the kernel refuses: a job may have started it with another user's rights.
 */
function sendSignal(entry: ProcessEntry, signal: NodeJS.Signals): boolean {
  if (readProcess(entry.pid)?.startTime !== entry.startTime) return true;
  try {
    process.kill(entry.pid, signal);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') return true;
    if (code === 'EPERM') return false;
    throw error;
  }
}

function keyOf(entry: ProcessEntry): string {
  return `${entry.pid}:${entry.startTime}`;
}
