import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ProcessHost, ProcessIdentity } from '../process/process-identity.ts';

/**
 * What the file says that a step's process creates before it runs anything. Each attempt to
 * start the step has its own file, so that a process of an earlier one never runs the script.
 */
export type Claim =
  | { readonly kind: 'none' }
  /** Created, and its line is not written yet, or never was: the script has not begun. */
  | { readonly kind: 'unwritten' }
  /** A restarted runner took it, so that this attempt's process exits at once. */
  | { readonly kind: 'revoked' }
  | HeldClaim;

export interface HeldClaim {
  readonly kind: 'held';
  readonly by: ProcessIdentity;
  /** The path of the control group that it entered; undefined where it is in none. */
  readonly group: string | undefined;
  /** The script's exit code; undefined until it has ended. */
  readonly exitCode: number | undefined;
}

const REVOKED = 'revoked\n';

/** What the paths of a step's files begin with: a folder of their own would cost more than they. */
export function basePath(jobFolder: string, step: number): string {
  return join(jobFolder, `step-${step}`);
}

/** What the step's process appends its output to. */
export function outputPath(base: string): string {
  return `${base}.output`;
}

export function claimPath(base: string, attempt: number): string {
  return `${base}.claim.${attempt}`;
}

/** The number of the last attempt that something claimed; 0 where none was. */
export function latestAttempt(base: string): number {
  let attempt = 0;
  while (existsSync(claimPath(base, attempt + 1))) attempt += 1;
  return attempt;
}

export function readClaim(path: string): Claim {
  try {
    return parseClaim(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { kind: 'none' };
    }
    throw error;
  }
}

/** Reads only whole lines: what has no line ending may still be being written. */
export function parseClaim(text: string): Claim {
  if (text === REVOKED) return { kind: 'revoked' };
  const [first, second] = text.split('\n').slice(0, -1);
  if (first === undefined) return { kind: 'unwritten' };
  const [pid = '', startTime = '', bootId = '', pidNamespace = '', ...group] = first.split(' ');
  const exit = /^exit (\d+)$/.exec(second ?? '')?.[1];
  return {
    kind: 'held',
    by: {
      pid: Number(pid),
      startTime: startTime === '-' ? '' : startTime,
      host: { bootId: unlessDash(bootId), pidNamespace: unlessDash(pidNamespace) },
    },
    group: unlessDash(group.join(' ')) || undefined,
    exitCode: exit === undefined ? undefined : Number(exit),
  };
}

/** The host as the wrapper writes it behind its pid and start time. */
export function formatHost(host: ProcessHost): string {
  return `${host.bootId || '-'} ${host.pidNamespace || '-'}`;
}

/** Takes an attempt away from a process that has not claimed it; false where it has. */
export function revokeClaim(path: string): boolean {
  try {
    writeFileSync(path, REVOKED, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function unlessDash(text: string): string {
  return text === '-' ? '' : text;
}
