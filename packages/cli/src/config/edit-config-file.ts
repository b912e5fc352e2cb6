import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Secret } from '@fellrunner/core';

import { ConfigDocument } from './config-document.ts';
import { configError, unreadable } from './config-error.ts';
import { withFileLock } from './file-lock.ts';
import { replaceFile, tryReplaceFile, unwritable } from './replace-file.ts';

/** Makes a changed document of one that was just read. */
export type ConfigEdit = (document: ConfigDocument) => ConfigDocument;

/**
 * Changes a `config.toml` at once or not at all: whoever reads it, a running gitlab-runner too,
 * finds the old file or the new one. A file that does not exist is empty; edits of several
 * processes follow one another.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function editConfigFile(file: string, edit: ConfigEdit): void {
  const target = behindLinks(file);
  makeFolder(target);
  withFileLock(target, () => replaceFile(target, edit(readDocument(file)).text));
}

/**
 * Does all of an edit but the last step, so that what would fail fails before GitLab has made or
 * changed anything: the document, the folder's rights, room on the disk.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function rehearseEdit(file: string, edit: ConfigEdit): void {
  const target = behindLinks(file);
  const made = makeFolder(target);
  try {
    withFileLock(target, () => tryReplaceFile(target, edit(readDocument(file)).text));
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true });
  }
}

/** Returns the uppermost folder that had to be made. */
function makeFolder(file: string): string | undefined {
  try {
    return mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** The document as it stands; an empty one where there is no file. @throws RunnerError `CONFIG_INVALID` */
export function readDocument(file: string): ConfigDocument {
  try {
    return new ConfigDocument({ file, text: readFileSync(file, 'utf8') });
  } catch (error) {
    if (!isErrnoException(error)) throw error;
    if (error.code === 'ENOENT') return new ConfigDocument({ file, text: '' });
    throw unreadable(file, error);
  }
}

/** A token that takes the place of another, with gitlab-runner's facts about it. */
export interface TokenChange {
  /** The one that the file has. */
  readonly from: Secret;
  readonly to: Secret;
  readonly obtainedAt: Date;
  /** Undefined where it does not expire. */
  readonly expiresAt: Date | undefined;
}

/**
 * The edit that gives the entries that have a token another one. The entry is found by the token,
 * since its place may have changed; one that names a variable instead is not found.
 */
export function setRunnerToken({ expiresAt, from, obtainedAt, to }: TokenChange): ConfigEdit {
  return (document) => {
    const values = { token: to.reveal(), ...tokenDates({ obtainedAt, expiresAt }) };
    const indexes = indexesByToken(document, from);
    if (indexes.length === 0) {
      const what = 'no entry has the token written in it, so that it cannot be replaced there';
      throw configError(document.source, ['runners', 0], what);
    }
    return indexes.reduce((changed, index) => changed.withValues(index, values), document);
  };
}

/** Where a token stands in the file as such. */
export function indexesByToken({ runners }: ConfigDocument, token: Secret): number[] {
  return [...runners.keys()].filter((index) => runners[index]?.['token'] === token.reveal());
}

const NEVER = new Date('0001-01-01T00:00:00Z');

/** As gitlab-runner notes them: to the second, the year 1 for a token that does not expire. */
export function tokenDates({
  expiresAt = NEVER,
  obtainedAt,
}: Pick<TokenChange, 'obtainedAt' | 'expiresAt'>): Record<string, Date> {
  return { token_obtained_at: toSecond(obtainedAt), token_expires_at: toSecond(expiresAt) };
}

function toSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** A link stays a link: what it leads to is replaced. */
function behindLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function isErrnoException(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
