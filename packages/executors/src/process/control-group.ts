import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

import { readOr } from './process-identity.ts';

/**
 * The control group (cgroup v2) in which this process may make others; undefined where it may not.
 *
 * A group holds what marks and sessions do not: a process that shook off its environment and its
 * session at once stays in it. It is lost only by being moved, which `systemd-run` and logins by
 * PAM do. Groups are used where the service manager handed its group over (`Delegate=yes`), or
 * where there is no service manager.
 */
export function findOwnGroup(): string | undefined {
  const own = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup'))?.[1];
  const mount = findMount(read('/proc/self/mountinfo'));
  if (own === undefined || mount === undefined) return undefined;
  // The root group is systemd's own wherever it runs.
  if (own === '/' && existsSync('/run/systemd/system')) return undefined;
  const folder = join(mount, own);
  return readOr(undefined, () => {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    return folder;
  });
}

/** Where cgroup v2 is mounted, if its root is; `mountinfo` writes odd characters in octal. */
export function findMount(mountInfo: string): string | undefined {
  const match = /^\d+ \d+ \S+ \/ (\S+) .* - cgroup2 /m.exec(mountInfo);
  return match?.[1]?.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

export interface GroupName {
  readonly storeId: string;
  /** Which runner's slots are meant, where a store serves several. */
  readonly shortToken: string;
  readonly slot: number;
}

/**
 * The path of a slot's group. The steps that a slot sees come one after the other, so they share
 * it: to make a group for each would cost more than to start the step.
 */
export function groupPath(own: string, { shortToken, slot, storeId }: GroupName): string {
  return join(own, prefixOf(storeId) + `${harmless(shortToken)}-${slot}`);
}

/** Makes a group, which steps' first processes enter by themselves; false where that fails. */
export function makeGroup(path: string): boolean {
  if (existsSync(path)) return true;
  return readOr(false, () => {
    mkdirSync(path, { recursive: true });
    return true;
  });
}

/** The pids in a group and in those that the job made below it. */
export function pidsInGroup(path: string): readonly number[] {
  // No process in it, and none in a group below it.
  if (read(join(path, 'cgroup.events')).includes('populated 0')) return [];
  const own = read(join(path, 'cgroup.procs')).split('\n').map(Number);
  return [...own, ...subgroupsOf(path).flatMap(pidsInGroup)].filter((pid) => pid > 0);
}

/** Removes a group that is empty; one with a process in it stays. */
export function removeGroup(path: string): void {
  if (remove(path)) return;
  for (const subgroup of subgroupsOf(path)) removeGroup(subgroup);
  remove(path);
}

function remove(path: string): boolean {
  return readOr(false, () => {
    rmdirSync(path);
    return true;
  });
}

/**
 * Removes what a job has made below its slot's group. The group itself stays for the slot's next
 * job, since to make and remove groups is dear while processes come and go.
 */
export function removeSubgroups(path: string): void {
  // A folder has a link for each folder in it, and two of its own.
  const links = readOr(0, () => statSync(path).nlink);
  if (links > 2) for (const subgroup of subgroupsOf(path)) removeGroup(subgroup);
}

/** The groups that runners of a store made. */
export function groupsOfStore(own: string, storeId: string): readonly string[] {
  const prefix = join(own, prefixOf(storeId));
  return subgroupsOf(own).filter((path) => path.startsWith(prefix));
}

function prefixOf(storeId: string): string {
  return `fellrunner-${harmless(storeId)}-`;
}

function harmless(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_');
}

function subgroupsOf(path: string): readonly string[] {
  const entries = readOr([], () => readdirSync(path, { withFileTypes: true }));
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

function read(path: string): string {
  return readOr('', () => readFileSync(path, 'utf8'));
}
