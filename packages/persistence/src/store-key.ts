import { randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { RunnerError, type Secret } from '@fellrunner/core';

import { tighten, writeDurably } from './private-file.ts';
import { KEY_BYTES, toKey } from './seal.ts';

/** A store's keys, and where they are from. */
export interface StoreKeys {
  /** New jobs are wrapped with the first; older ones may be with any. */
  readonly all: readonly KeyObject[];
  /** Whether a key was made because there was none. */
  readonly isNew: boolean;
}

/** Where a store's key comes from. */
export interface KeySource {
  /** `<store>.key`; undefined for a store in memory. */
  readonly file: string | undefined;
  /** 32 bytes as base64 or hex; goes before the file, whose keys still open older jobs. */
  readonly given: Secret | undefined;
}

/**
 * Reads the store's keys, and makes the file where there is none and no key was given. A file
 * that exists is never written: it may hold several keys, one a line, of which the first is for
 * new jobs, so a key that turns up again is added as another line.
 *
 * @throws RunnerError `CONFIG_INVALID` where the given key is none; `STORE_DAMAGED` where the
 *   file holds none.
 */
export function loadKeys(source: KeySource): StoreKeys {
  const all = findKeys(source);
  if (all.length > 0) return { all, isNew: false };
  const bytes = randomBytes(KEY_BYTES);
  if (source.file !== undefined) writeDurably(source.file, `${bytes.toString('base64')}\n`);
  return { all: [toKey(bytes)], isNew: true };
}

/** The keys that there are; none is made. */
export function findKeys({ file, given }: KeySource): readonly KeyObject[] {
  const kept = file !== undefined && existsSync(file) ? readKeyFile(file) : [];
  return given === undefined ? kept : [parseGiven(given), ...kept];
}

function readKeyFile(file: string): readonly KeyObject[] {
  tighten(file);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const keys = lines.map(parseKey);
  if (keys.length > 0 && keys.every((key) => key !== undefined)) return keys;
  throw new RunnerError(
    'STORE_DAMAGED',
    `The key file ${file} does not hold a key (32 bytes in base64) on each line. Put the right ` +
      `one back; or move it away, then the unfinished jobs that need it are abandoned.`,
  );
}

function parseGiven(secret: Secret): KeyObject {
  const key = parseKey(secret.reveal());
  if (key !== undefined) return key;
  throw new RunnerError(
    'CONFIG_INVALID',
    "The store's key must be 32 bytes in base64 or hex, as `openssl rand -base64 32` prints them.",
  );
}

function parseKey(text: string): KeyObject | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return toKey(Buffer.from(trimmed, 'hex'));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  return toKey(Buffer.from(trimmed, 'base64'));
}
