import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { currentHost, isSameHost, readOr, type ProcessIdentity } from './process-identity.ts';
import { MARK_VARIABLE, parseMark, type ProcessMark } from './process-mark.ts';

/** Whether this system has a process table to read; macOS has not. */
export const HAS_PROCESS_TABLE = existsSync('/proc/self/stat');

/** What `/proc/PID/stat` says of a process that has not ended. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
}

/** A process that has ended and only waits for its parent to take notice. */
const ENDED_STATES = new Set(['Z', 'X', 'x']);

/** Looks a process up; undefined where there is none or it has ended. Linux only. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The name in parentheses is the program's own choice: it may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', group = '', session = ''] = fields;
  if (stat === '' || ENDED_STATES.has(state)) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: fields[19] ?? '',
  };
}

/** The mark in a process's environment; undefined for another user's process too. */
export function readMark(pid: number): ProcessMark | undefined {
  const environment = readOr('', () => readFileSync(`/proc/${pid}/environ`, 'latin1'));
  const at = `\0${environment}`.indexOf(`\0${MARK_VARIABLE}=`);
  if (at < 0) return undefined;
  const from = at + MARK_VARIABLE.length + 1;
  const to = environment.indexOf('\0', from);
  return parseMark(environment.slice(from, to < 0 ? undefined : to));
}

/** Whether exactly this process lives: never true for another one that got its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (!isSameHost(identity.host, currentHost())) return false;
  if (identity.startTime === '') return answersSignals(identity.pid);
  return readProcess(identity.pid)?.startTime === identity.startTime;
}

/** All pids of this pid namespace. */
export function listPids(): number[] {
  const names = readOr<string[]>([], () => readdirSync('/proc'));
  return names.map(Number).filter((pid) => Number.isInteger(pid) && pid > 0);
}

/** More pids than this are cheaper to list than to try one by one. */
const FEW_PIDS = 100;

/** The pid that was given last. */
export function newestPid(): number {
  const loadAverage = readOr('', () => readFileSync('/proc/loadavg', 'ascii'));
  return Number(loadAverage.trim().split(' ')[4] ?? 0);
}

/**
 * The pids of what was born since a pid was the newest, a moment ago: pids are given in ascending
 * order, and begin again when the highest is reached.
 */
export function listPidsSince(pid: number): number[] {
  const newest = newestPid();
  if (newest < pid) return listPids().filter((other) => other > pid || other <= newest);
  if (newest - pid > FEW_PIDS) return listPids().filter((other) => other > pid && other <= newest);
  const range = Array.from({ length: newest - pid }, (_, index) => pid + 1 + index);
  return range.filter((other) => existsSync(`/proc/${other}`));
}

/** Without `/proc` a pid is all there is to go by. */
function answersSignals(pid: number): boolean {
  return readOr(false, () => process.kill(pid, 0));
}
