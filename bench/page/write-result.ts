import { mkdirSync, writeFileSync } from 'node:fs';

import type { Result } from '../frame/repeat.ts';
import { plotCurve } from './curve-plot.ts';
import { curveCells, toCurves, type Curve } from './curves.ts';
import { machineTable } from './machine.ts';
import { ROW_HEADINGS, rowCells, timesText } from './number-text.ts';
import { replaceParts } from './performance-page.ts';
import { markdownTable } from './table.ts';

const PICTURES = new URL('../../docs/performance/', import.meta.url);

/** Puts a bench's rows where they stand on the page; what is between others' markers stays. */
export async function writeResult({ about, name, rows, runs, short }: Result): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const plain = rows.filter(({ curve }) => curve === undefined).map(rowCells);
  const parts = [
    `_${about}; ${timesText(runs, short)}, ${day}_`,
    ...(plain.length > 0 ? [markdownTable([ROW_HEADINGS, ...plain])] : []),
    ...toCurves(rows).map(curvePart),
  ];
  await replaceParts({ machine: machineTable(), [name]: parts.join('\n\n') });
}

function curvePart(curve: Curve): string {
  const file = `${curve.of.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.svg`;
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(new URL(file, PICTURES), plotCurve(curve));
  const what = curve.lines.map((line) => line.what).join(' and ');
  return `### By ${curve.of}\n\n![${what}](performance/${file})\n\n${markdownTable(curveCells(curve))}`;
}
