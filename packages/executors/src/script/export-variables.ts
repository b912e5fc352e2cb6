import type { Variables } from '@fellrunner/core';

import { warningLine } from '../log/log-text.ts';
import { MARK_VARIABLE } from '../process/process-mark.ts';
import { VARIABLE_NAME } from '../shell/job-variables.ts';
import { quote } from './quote.ts';

/** `MAX_ARG_STRLEN` of Linux: with a longer string in its environment no program starts. */
const LONGEST_ENTRY_BYTES = 128 * 1024;

/** Bash will not let anybody set these, wherever they come from. */
const READ_ONLY = new Set(['BASHOPTS', 'BASH_VERSINFO', 'EUID', 'PPID', 'SHELLOPTS', 'UID']);

export interface VariableExports {
  /** Lines of a shell script. */
  readonly script: string;
  /** What could not be done, for the log. */
  readonly warnings: string;
}

/**
 * Puts a job's variables into its shell. That happens in the script and not in the process's
 * environment, since a login shell's profile would set some of them (`PATH`) again.
 */
export function exportVariables(variables: Variables): VariableExports {
  let script = '';
  let warnings = '';
  for (const { key, value } of variables) {
    const obstacle = obstacleOf(key, value);
    if (obstacle !== undefined)
      warnings += warningLine(`The variable ${printable(key)} ${obstacle}.`);
    if (obstacle === undefined) script += `command export ${key}=${quote(value)}\n`;
    if (obstacle === TOO_LONG) script += `${key}=${quote(value)}\n`;
  }
  return { script, warnings };
}

const TOO_LONG = `is longer than ${LONGEST_ENTRY_BYTES} bytes: the shell has it, its programs do not`;

function obstacleOf(key: string, value: string): string | undefined {
  if (!VARIABLE_NAME.test(key)) return 'has a name that a shell cannot export';
  if (READ_ONLY.has(key)) return 'is read-only in a shell and stays as it is';
  if (key === MARK_VARIABLE) return "is the runner's own and stays as it is";
  const bytes = key.length + 1 + Buffer.byteLength(value) + 1;
  return bytes > LONGEST_ENTRY_BYTES ? TOO_LONG : undefined;
}

function printable(key: string): string {
  return key.replaceAll(/[^\x20-\x7e]/g, '?');
}
