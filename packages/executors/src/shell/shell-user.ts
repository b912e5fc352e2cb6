import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { RunnerError } from '@fellrunner/core';

import { readOr } from '../process/process-identity.ts';
import { findProgram } from './find-program.ts';

/** Another account than the runner's, as whom scripts and git run. */
export interface ShellUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly loginShell: string;
  /** util-linux's `setpriv`: it becomes the user and then the program, so no process is added. */
  readonly setpriv: string;
}

/**
 * Looks an account up that scripts are to run as.
 *
 * @throws RunnerError `CONFIG_INVALID` where there is none, or the runner cannot become it.
 */
export function lookUpUser(name: string): ShellUser {
  if (process.getuid?.() !== 0) {
    throw refused(name, 'only a runner that is root can run scripts as another user');
  }
  const setpriv = findProgram('setpriv');
  if (setpriv === undefined) throw refused(name, 'it needs the program setpriv (util-linux)');
  const account = parsePasswd(passwdLine(name));
  if (account === undefined) throw refused(name, 'there is no such account');
  return { ...account, setpriv };
}

/**
 * Sees that the user can come to a folder, which need not be there yet.
 *
 * @throws RunnerError `CONFIG_INVALID`, naming the folder that is closed.
 */
export function requireWayTo(folder: string, user: ShellUser): void {
  const [program = '', ...args] = asUser(user, ['/bin/sh', '-c', NAME_CLOSED, 'sh']);
  const closed = execFileSync(program, [...args, ...parentsOf(folder)], {
    encoding: 'utf8',
    cwd: '/',
  });
  if (closed === '') return;
  throw refused(
    user.name,
    `that account may not enter ${closed}, where ${folder} is; name another folder by --builds-dir or builds_dir`,
  );
}

const NAME_CLOSED =
  'for folder; do test ! -e "$folder" || test -x "$folder" || { printf %s "$folder"; exit; }; done';

/** The folder and those above it, the outermost first. */
function parentsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...parentsOf(parent), folder];
}

/** The command line that runs a program as the user, with all the user's groups. */
export function asUser(user: ShellUser, command: readonly string[]): readonly string[] {
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  return [user.setpriv, ...identity, '--', ...command];
}

/** What a login of the user would have in its environment. */
export function userEnvironment(user: ShellUser): NodeJS.ProcessEnv {
  return { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.loginShell };
}

/** Reads a line of `/etc/passwd`; undefined where it is none. */
export function parsePasswd(line: string): Omit<ShellUser, 'setpriv'> | undefined {
  const [name = '', , uid, gid, , home = '', loginShell = ''] = line.trim().split(':');
  if (name === '' || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    home: home || '/',
    loginShell: loginShell || '/bin/sh',
  };
}

/** `getent` knows the accounts of directory services too. */
function passwdLine(name: string): string {
  const getent = findProgram('getent');
  const found = readOr('', () =>
    getent === undefined
      ? ''
      : execFileSync(getent, ['passwd', '--', name], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
  );
  if (found !== '') return found;
  const lines = readOr('', () => readFileSync('/etc/passwd', 'utf8')).split('\n');
  return lines.find((line) => line.startsWith(`${name}:`)) ?? '';
}

function refused(name: string, why: string): RunnerError {
  return new RunnerError('CONFIG_INVALID', `Scripts cannot run as "${name}": ${why}.`);
}
