import { readFileSync, readlinkSync } from 'node:fs';

/**
 * What tells a process from every other one, now and after a restart: pids are given again, but
 * never with the same start time within one boot and one pid namespace.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`, in clock ticks since boot; empty where there is no `/proc`. */
  readonly startTime: string;
  readonly host: ProcessHost;
}

/** Where pids mean the same process. Both are empty where there is no `/proc`. */
export interface ProcessHost {
  readonly bootId: string;
  /** The inode of the pid namespace, as `pid:[4026531836]`. */
  readonly pidNamespace: string;
}

let here: ProcessHost | undefined;

/** The boot and the pid namespace that this process is in. */
export function currentHost(): ProcessHost {
  here ??= {
    bootId: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').trim()),
    pidNamespace: readOr('', () => readlinkSync('/proc/self/ns/pid')),
  };
  return here;
}

export function isSameHost(a: ProcessHost, b: ProcessHost): boolean {
  return a.bootId === b.bootId && a.pidNamespace === b.pidNamespace;
}

/** For what a kernel without `/proc` does not have, and for processes that end meanwhile. */
export function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
