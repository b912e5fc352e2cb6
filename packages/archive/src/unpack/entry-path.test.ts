import { describe, expect, test } from 'vitest';
import { parseEntryPath } from './entry-path.ts';

describe('parseEntryPath', () => {
  test.each([
    ['a/b', 'a/b'],
    ['./a//b/', 'a/b'],
    ['./', ''],
    ['..a/b..', '..a/b..'],
    ['back\\slash', 'back\\slash'],
    ['C:', 'C:'],
  ])('reads %s as %s', (name, path) => {
    expect(parseEntryPath(Buffer.from(name))).toBe(path);
  });

  test.each([
    ['', 'no name'],
    ['/etc/passwd', 'absolute'],
    ['\\\\host\\share', 'absolute'],
    ['C:\\x', 'absolute'],
    ['c:/x', 'absolute'],
    ['..', 'leads out'],
    ['../x', 'leads out'],
    ['a/../../x', 'leads out'],
    ['a/..', 'leads out'],
    ['..\\x', 'leads out'],
    ['a\\..\\..\\x', 'leads out'],
    ['a/..\\x', 'leads out'],
    ['a\0b', 'NUL'],
    ['a'.repeat(256), 'too long'],
    ['a/'.repeat(2048), 'too long'],
  ])('refuses %j', (name, reason) => {
    expect(() => parseEntryPath(Buffer.from(name))).toThrow(reason);
  });
});
