import { styleText } from 'node:util';

import { cutToWidth, displayWidth } from '../terminal/display-width.ts';
import { printable } from '../terminal/printable.ts';
import { formatAge } from '../terminal/time-text.ts';

/** A job as the live view shows it. */
export interface LiveJob {
  readonly gitlabId: number;
  readonly name: string;
  /** What it does now: its step, its stage, or that it reports. */
  readonly doing: string;
  /** Its end stands, and GitLab is being told. */
  readonly isFinished: boolean;
  readonly ageMs: number;
  readonly lastLine: string;
}

/** What came of the jobs so far. */
export interface LiveTotals {
  readonly done: number;
  readonly failed: number;
}

/** The terminal's size in columns and rows. */
export interface LiveSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows that are left to the log above. */
const LOG_ROWS = 6;
const LONGEST_NAME = 28;

/** The lines of the live view, each within the terminal's width. */
export function liveLines(
  jobs: readonly LiveJob[],
  totals: LiveTotals,
  { columns, rows }: LiveSize,
): readonly string[] {
  const shown = jobs.slice(0, Math.max(1, rows - LOG_ROWS));
  const cells = shown.map(({ ageMs, doing, gitlabId, name }) => [
    String(gitlabId),
    cutToWidth(printable(name), LONGEST_NAME),
    doing,
    formatAge(ageMs),
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))),
  );
  const lines = shown.map(({ lastLine }, index) => {
    const row = cells[index] ?? [];
    const head = row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join('  ');
    const room = columns - 1 - displayWidth(head) - 2;
    return room < 8
      ? cutToWidth(head, columns - 1)
      : `${head}  ${styleText('dim', cutToWidth(lastLine, room), { stream: process.stderr })}`;
  });
  return [...lines, cutToWidth(summary(jobs, shown.length, totals), columns - 1)];
}

function summary(jobs: readonly LiveJob[], shown: number, { done, failed }: LiveTotals): string {
  const reporting = jobs.filter(({ isFinished }) => isFinished).length;
  const running = jobs.length - reporting;
  const parts = [
    running === 0 ? 'waiting for jobs' : `${running} running`,
    ...(reporting === 0 ? [] : [`${reporting} reporting`]),
    ...(jobs.length > shown ? [`${jobs.length - shown} not shown`] : []),
    failed === 0 ? `${done} done` : `${done} done, ${failed} of them failed`,
  ];
  return parts.join(' · ');
}
