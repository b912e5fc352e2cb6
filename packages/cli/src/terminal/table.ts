import { styleText } from 'node:util';

import { cutToWidth, displayWidth } from './display-width.ts';

/** What a table is printed on. */
export interface Paper {
  readonly isTerminal: boolean;
  /** In columns; a table that is wider loses the end of its last column. */
  readonly width: number;
}

/** A cell that stands out; where there are no colors it is text like any other. */
interface StyledCell {
  readonly text: string;
  readonly style: TextStyle;
}

/** Names of `styleText`'s. */
export type TextStyle = 'green' | 'yellow' | 'red' | 'dim';

export type Cell = string | StyledCell;

/**
 * Rows in columns, with a head. Where nobody looks on there is no head, and a tab between the
 * cells: for `cut` and `awk`.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { isTerminal, width }: Paper,
): string {
  if (!isTerminal) return rows.map((row) => `${row.map(textOf).join('\t')}\n`).join('');
  const widths = head.map((_, column) =>
    [head, ...rows].reduce((most, row) => Math.max(most, displayWidth(textOf(row[column]))), 0),
  );
  const heading = head.map((text): Cell => ({ text, style: 'dim' }));
  return [heading, ...rows].map((row) => `${formatRow(row, widths, width)}\n`).join('');
}

/** Cut first and colored then, so that no color's code is cut in two. */
function formatRow(row: readonly Cell[], widths: readonly number[], width: number): string {
  let line = '';
  let used = 0;
  for (const [column, cell] of row.entries()) {
    const room = width - used;
    const text = textOf(cell);
    const isLast = row.slice(column + 1).every((it) => textOf(it) === '');
    const gap = ' '.repeat((widths[column] ?? 0) + 2 - displayWidth(text));
    const whole = isLast ? text : `${text}${gap}…`;
    if (displayWidth(whole) > room) return line + styled(cutToWidth(whole, room), cell);
    line += styled(text, cell);
    if (isLast) break;
    line += gap;
    used += displayWidth(text) + gap.length;
  }
  return line;
}

function styled(text: string, cell: Cell): string {
  return typeof cell === 'string' || text === '' ? text : styleText(cell.style, text);
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}
