import { messageOf, RunnerError } from '@fellrunner/core';
import { TomlError } from 'smol-toml';
import type { ZodError } from 'zod';

import type { UnknownKey } from './known-keys.ts';
import { lineOf, type TomlPath } from './toml-lines.ts';

/** A document to complain about. */
export interface ConfigSource {
  readonly file: string;
  readonly text: string;
}

/** An error that names the file and line, so that an editor can jump to it. */
export function configError(
  { file, text }: ConfigSource,
  path: TomlPath,
  what: string,
): RunnerError {
  const line = lineOf(text, path);
  const place = line === undefined ? file : `${file}:${line}`;
  return new RunnerError('CONFIG_INVALID', `${place}: ${what}`);
}

export function unreadable(file: string, cause: unknown): RunnerError {
  const message = `The configuration ${file} cannot be read: ${messageOf(cause)}.`;
  return new RunnerError('CONFIG_INVALID', message, { cause });
}

/** The parser's own message goes on with the lines around the place, which may hold a token. */
export function syntaxError({ file }: ConfigSource, cause: unknown): unknown {
  if (!(cause instanceof TomlError)) return cause;
  const [what = ''] = cause.message.split('\n');
  const place = `${file}:${cause.line}:${cause.column}`;
  return new RunnerError('CONFIG_INVALID', `${place}: ${what}`, { cause });
}

export function unknownKeyError(
  source: ConfigSource,
  { key, nearest, path, table }: UnknownKey,
  others: number,
): RunnerError {
  const where = table === '' ? '' : ` in ${table}`;
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const more = others === 0 ? '' : ` (and ${others} more unknown)`;
  return configError(source, path, `unknown key ${key}${where}${meant}${more}`);
}

/** The first of the values that have the wrong type. */
export function valueError(source: ConfigSource, error: ZodError): RunnerError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  const key = path.filter((part) => typeof part === 'string').join('.') || 'the document';
  const what = (issue?.message ?? 'invalid').replace(/^Invalid (input|option): /, '');
  const isMissing = what.endsWith('received undefined');
  return configError(source, path, isMissing ? `${key} is missing` : `${key}: ${what}`);
}
