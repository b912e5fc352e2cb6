import type { Row, Spread } from '../frame/sample.ts';

const SMALL = 10;
const MEDIUM = 100;

/** Three digits are more than the noise leaves standing. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= MEDIUM || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= SMALL ? 1 : 2);
}

export function spreadText({ max, median, min }: Spread): string {
  const range = min === max ? '' : ` (${numberText(min)}–${numberText(max)})`;
  return `${numberText(median)}${range}`;
}

/** How often something was measured, and whether less of it than the page is meant for. */
export function timesText(runs: number, short: boolean): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'}${short ? ' of the short form' : ''}`;
}

/** A row's cells: what, ours with its range, the limit, ours over the limit. */
export function rowCells({ limit, ours, ratio, unit, what }: Row): readonly string[] {
  const limitText = limit === undefined ? '' : `${spreadText(limit)}: ${limit.what}`;
  return [what, unit, spreadText(ours), limitText, ratio === undefined ? '' : ratio.toFixed(2)];
}

export const ROW_HEADINGS = ['what', 'unit', 'ours: median (range)', 'limit', 'ours ÷ limit'];
