import type { Row } from '../frame/sample.ts';
import { numberText } from './number-text.ts';

/** How one cost grows with what grows. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** What grows, and all costs that were measured by it. */
export interface Curve {
  readonly of: string;
  readonly lines: readonly Line[];
}

export function toCurves(rows: readonly Row[]): readonly Curve[] {
  const onCurves = rows.filter(({ curve }) => curve !== undefined);
  const byCurve = Map.groupBy(onCurves, ({ curve }) => curve?.of ?? '');
  return [...byCurve].map(([of, its]) => ({ of, lines: toLines(its) }));
}

function toLines(rows: readonly Row[]): readonly Line[] {
  const byWhat = Map.groupBy(rows, ({ what }) => what);
  return [...byWhat].map(([what, its]) => ({
    what,
    unit: its[0]?.unit ?? '',
    points: its.map(({ curve, ours }) => ({ at: curve?.at ?? 0, value: ours.median })),
  }));
}

/** A row for each place on the curve, a column for each cost. */
export function curveCells({ lines, of }: Curve): readonly (readonly string[])[] {
  const headings = [of, ...lines.map(({ unit, what }) => `${what}, ${unit}`)];
  const places = lines[0]?.points ?? [];
  const rows = places.map(({ at }, index) => [
    at.toLocaleString('en'),
    ...lines.map(({ points }) => numberText(points[index]?.value ?? Number.NaN)),
  ]);
  return [headings, ...rows];
}
