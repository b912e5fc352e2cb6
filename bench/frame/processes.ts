import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** `USER_HZ`, which is 100 on every Linux that Node runs on. */
const TICK_MS = 10;
const STAT = { utime: 14, stime: 15, cutime: 16, cstime: 17 } as const;

/** User and system time of a process and of all children that it has waited for, in ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses, and may hold spaces: what comes after it begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Object.values(STAT).map((field) => Number(fields[field - 3]));
  return ticks.reduce((sum, count) => sum + count, 0) * TICK_MS;
}

/**
 * What the whole machine worked beside this process, in ms: a shell's steps leave the runner's
 * tree (they are to outlive it), and nobody but process 1 waits for them.
 */
export function othersCpuMs(): number {
  const all = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  const { system, user } = process.cpuUsage();
  return all.reduce((sum, ms) => sum + ms, 0) - (system + user) / 1000;
}

/** Resident memory, now and at its most, in MB of 10⁶ bytes. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { now: kibibytes(status, 'VmRSS') / 1e3, peak: kibibytes(status, 'VmHWM') / 1e3 };
}

function kibibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN) * 1.024;
}

/** From here on the peak is that of what follows. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The processes that have a word in their environment, however far from whom started them. */
export function processesWith(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readOrNothing(`/proc/${pid}/environ`).includes(mark));
}

/** Memory where what processes share is counted once, in MB. */
export function proportionalMb(pids: readonly number[]): number {
  const each = pids.map((pid) => kibibytes(readOrNothing(`/proc/${pid}/smaps_rollup`), 'Pss'));
  return each.filter((size) => !Number.isNaN(size)).reduce((sum, size) => sum + size, 0) / 1e3;
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** A process may be gone before it is looked at. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
