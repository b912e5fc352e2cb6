import { RunnerError } from '@fellrunner/core';
import { describe, expect, test } from 'vitest';

import { isDamage, isTransient, toStoreError } from './store-error.ts';

const coded = (code: string): Error => Object.assign(new Error('as the system says it'), { code });

describe('toStoreError', () => {
  test.each([
    ['SQLITE_FULL', 'STORE_FULL', /No room for the store \/s\.db; free some/],
    ['ENOSPC', 'STORE_FULL', /No room/],
    ['SQLITE_BUSY_SNAPSHOT', 'STORE_IN_USE', /Another program is writing to the store \/s\.db/],
    ['SQLITE_CORRUPT_INDEX', 'STORE_DAMAGED', /The store \/s\.db is damaged .* Put a backup/],
    ['SQLITE_NOTADB', 'STORE_DAMAGED', /damaged/],
    ['SQLITE_IOERR_FSYNC', 'STORE_UNWRITABLE', /cannot be used; see to its folder/],
    ['SQLITE_READONLY_DBMOVED', 'STORE_UNWRITABLE', /SQLITE_READONLY_DBMOVED/],
    ['SQLITE_CANTOPEN', 'STORE_UNWRITABLE', /--store/],
    ['EACCES', 'STORE_UNWRITABLE', /EACCES/],
    ['EROFS', 'STORE_UNWRITABLE', /EROFS/],
  ])('says of %s what it means: %s', (code, ours, message) => {
    const error = toStoreError(coded(code), '/s.db');
    expect(error).toMatchObject({ name: 'RunnerError', code: ours, cause: { code } });
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('passes on what it knows nothing better about', () => {
    const known = new RunnerError('EVENT_LOG_CONFLICT', 'taken');
    expect(toStoreError(known, '/s.db')).toBe(known);
    const bug = new TypeError('undefined is not a function');
    expect(toStoreError(bug, '/s.db')).toBe(bug);
    expect(toStoreError(undefined, '/s.db')).toBeUndefined();
  });
});

test('a disk in trouble is tried again, a damaged file is not', () => {
  const codes = ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_BUSY', 'SQLITE_CORRUPT_VTAB'];
  expect(codes.map((code) => isTransient(coded(code)))).toEqual([true, true, true, false]);
  expect(codes.map((code) => isDamage(coded(code)))).toEqual([false, false, false, true]);
});
