import { styleText } from 'node:util';

import { cutToWidth, displayWidth } from './display-width.ts';

/** What a table is printed on. */
export interface Paper {
  readonly isTerminal: boolean;
  /** In columns; a table that is wider loses the end of its last column. */
  readonly width: number;
}

/**
 * Rows in columns, with a head. Where nobody looks on there is no head, and a tab between the
 * cells: for `cut` and `awk`.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { isTerminal, width }: Paper,
): string {
  if (!isTerminal) return rows.map((row) => `${row.join('\t')}\n`).join('');
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => displayWidth(row[column] ?? ''))),
  );
  const format = (row: readonly string[]): string => {
    const cells = row.map(
      (cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)),
    );
    return cutToWidth(cells.join('  ').trimEnd(), width);
  };
  const lines = [styleText('dim', format(head)), ...rows.map(format)];
  return lines.map((line) => `${line}\n`).join('');
}
