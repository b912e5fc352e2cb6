import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
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
  readonly jobKey: number;
  readonly step: string;
}

/** The path of a step's group. */
export function groupPath(own: string, { jobKey, step, storeId }: GroupName): string {
  return join(own, `fellrunner-${storeId.replaceAll(/[^\w-]/g, '_')}-${jobKey}-${step}`);
}

/** Makes a group, which the step's first process enters by itself; false where that fails. */
export function makeGroup(path: string): boolean {
  return readOr(false, () => {
    mkdirSync(path, { recursive: true });
    return true;
  });
}

/** The pids in a group and in those that the job made below it. */
export function pidsInGroup(path: string): readonly number[] {
  const own = read(join(path, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  return [...own, ...subgroupsOf(path).flatMap(pidsInGroup)].filter((pid) => pid > 0);
}

/** Removes a group that is empty; one with a process in it stays. */
export function removeGroup(path: string): void {
  for (const subgroup of subgroupsOf(path)) removeGroup(subgroup);
  readOr(undefined, () => rmdirSync(path));
}

/** The groups that runners of a store made and did not remove. */
export function groupsOfStore(own: string, storeId: string): readonly string[] {
  const prefix = groupPath(own, { storeId, jobKey: 0, step: '' }).slice(0, -'0-'.length);
  return subgroupsOf(own).filter((path) => path.startsWith(prefix));
}

function subgroupsOf(path: string): readonly string[] {
  const entries = readOr([], () => readdirSync(path, { withFileTypes: true }));
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

function read(path: string): string {
  return readOr('', () => readFileSync(path, 'utf8'));
}
