import { readFileSync, statSync } from 'node:fs';

import { messageOf, RunnerError, Secret } from '@fellrunner/core';

/** Where a runner's token may come from, besides a configuration file. */
export interface TokenSources {
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** A token, and what its owner should know of where it came from. */
export interface FoundToken {
  readonly token: Secret;
  readonly warning?: string;
}

/**
 * Finds the token; what was typed goes before the environment.
 *
 * @throws RunnerError `CONFIG_INVALID`, never with the token in it.
 */
export function findToken({ token, tokenFile, env }: TokenSources): FoundToken | undefined {
  if (token !== undefined) {
    return {
      token: checkToken(token, '--token'),
      warning: 'others on this machine can see what --token says; --token-file hides it',
    };
  }
  if (tokenFile !== undefined) return readTokenFile(tokenFile);
  const inherited = env['FELLRUNNER_TOKEN'];
  if (inherited === undefined || inherited === '') return undefined;
  return { token: checkToken(inherited, 'FELLRUNNER_TOKEN') };
}

/** Refuses what no header can carry, before it comes to light in another place. */
export function checkToken(text: string, source: string): Secret {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  const what = token === '' ? 'is empty' : 'has blanks or control characters in it';
  throw new RunnerError('CONFIG_INVALID', `The token of ${source} ${what}.`);
}

/** Warns of a file that others can read. @throws RunnerError `CONFIG_INVALID` */
export function readTokenFile(file: string): FoundToken {
  const token = checkToken(readText(file), file);
  if ((statSync(file).mode & 0o004) === 0) return { token };
  return { token, warning: `everybody can read the token in ${file}; chmod 600 ${file}` };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `The token file ${file} cannot be read: ${messageOf(cause)}.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
}
