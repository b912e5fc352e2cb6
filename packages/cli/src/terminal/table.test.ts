import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from 'vitest';

import { displayWidth } from './display-width.ts';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatAge } from './time-text.ts';

const ROWS = [
  ['1', 'ビルド', 'x'],
  ['22', 'test', 'y'],
];

describe('formatTable', () => {
  it('aligns columns on a terminal, whatever letters are in them', () => {
    const table = formatTable(['JOB', 'NAME', 'END'], ROWS, { isTerminal: true, width: 80 });
    expect(table.split('\n').slice(1)).toEqual(['1    ビルド  x', '22   test    y', '']);
  });

  it('has tabs and no head where a program reads', () => {
    const table = formatTable(['JOB', 'NAME', 'END'], ROWS, { isTerminal: false, width: 80 });
    expect(table).toBe('1\tビルド\tx\n22\ttest\ty\n');
  });

  it('is never wider than the terminal', () => {
    const wide = [['1', 'a'.repeat(50), 'x']];
    const table = formatTable(['JOB', 'NAME', 'END'], wide, { isTerminal: true, width: 20 });
    expect(table.split('\n')[1]).toBe(`1    ${'a'.repeat(14)}…`);
  });

  it.each([1, 5, 6, 7, 12, 13, 14, 15, 16, 20])('fits into %d columns', (width) => {
    const table = formatTable(['JOB', 'NAME', 'END'], [['12345', 'abcdef', 'xyz']], {
      isTerminal: true,
      width,
    });
    for (const line of table.split('\n')) {
      expect(displayWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(width);
    }
  });

  it('ends a line at its last cell that has text', () => {
    const rows = [['1', '', '']];
    const table = formatTable(['JOB', 'NAME', 'END'], rows, { isTerminal: true, width: 80 });
    expect(table.split('\n')[1]).toBe('1');
  });
});

describe('printable', () => {
  it('leaves nothing that moves a cursor or turns text around', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed\u009be')).toBe('a\\u001b[2Jb\\nc\\u202ed\\u009be');
  });
});

describe('formatAge', () => {
  it.each([
    [0, '0s'],
    [59_999, '59s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h 0m'],
    [93_600_000, '1d 2h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});
