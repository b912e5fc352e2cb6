import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { messageOf, RunnerError, Secret } from '@fellrunner/core';

import { UsageError } from '../exit-code.ts';
import { parseIni } from './parse-ini.ts';

/** One GitLab as python-gitlab's configuration has it. */
export interface PythonGitlabSection {
  readonly name: string;
  readonly url: string | undefined;
  readonly tokenType: 'private' | 'oauth';
  /** Undefined where the section has none. @throws RunnerError `CONFIG_INVALID`, from a helper that fails. */
  readonly token: () => Secret | undefined;
  /** Undefined for the authorities that are known anyway. */
  readonly caFile: string | undefined;
}

/** Where to look for the configuration. */
export interface PythonGitlabPlaces {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/**
 * Finds the section that python-gitlab would use: the one that is named, or the default one.
 *
 * @throws UsageError where there is no section of that name; RunnerError `CONFIG_INVALID`.
 */
export function readPythonGitlabConfig(
  places: PythonGitlabPlaces,
  wanted: string | undefined,
): PythonGitlabSection | undefined {
  const sections = readSections(places);
  const global = sections.get('global') ?? new Map<string, string>();
  const name = wanted ?? places.env['GITLAB_SECTION'] ?? global.get('default');
  if (name === undefined) return undefined;
  const section = sections.get(name);
  if (section === undefined) {
    const known = [...sections.keys()].filter((it) => it !== 'global');
    const list = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
    throw new UsageError(`python-gitlab's configuration has no section ${name}; ${list}.`);
  }
  const verify = section.get('ssl_verify') ?? global.get('ssl_verify');
  const oauth = section.get('oauth_token');
  const token = section.get('private_token') ?? oauth;
  return {
    name,
    url: section.get('url'),
    tokenType: section.has('private_token') || oauth === undefined ? 'private' : 'oauth',
    token: () => (token === undefined ? undefined : readToken(token, `section ${name}`, places)),
    caFile: verify === undefined || isBoolean(verify) ? undefined : expandHome(verify, places),
  };
}

/** As python-gitlab does: one file that is named, or both of the usual ones, the user's on top. */
function readSections({ env, home }: PythonGitlabPlaces): Map<string, Map<string, string>> {
  const named = env['PYTHON_GITLAB_CFG'];
  const texts =
    named !== undefined && named !== ''
      ? [readText(expandHome(named, { env, home }))]
      : ['/etc/python-gitlab.cfg', join(home, '.python-gitlab.cfg')].map(readIfThere);
  return parseIni(texts.join('\n'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `python-gitlab's configuration ${file} cannot be read: ${messageOf(cause)}.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? '' : readText(file);
  }
}

/** `helper: COMMAND` stands for what the command prints, so that no token lies in the file. */
function readToken(value: string, whose: string, places: PythonGitlabPlaces): Secret {
  const [, command] = /^helper:\s*(.+)$/s.exec(value) ?? [];
  if (command === undefined) return new Secret(value);
  const words = (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
    word.replace(/^(["'])(.*)\1$/, '$2'),
  );
  const [program = '', ...args] = words.map((word) => expandHome(word, places));
  try {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return new Secret(execFileSync(program, args, { encoding: 'utf8', stdio: [...stdio] }).trim());
  } catch (cause) {
    const message = `The helper ${program} of ${whose} in python-gitlab's configuration failed.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
}

function isBoolean(text: string): boolean {
  return /^(?:true|false|yes|no|on|off|1|0)$/i.test(text);
}

function expandHome(path: string, { home }: PythonGitlabPlaces): string {
  return path.replace(/^~(?=\/|$)/, home);
}
