import type { Runner, RunnerType } from '@fellrunner/management';

import { printable } from '../terminal/printable.ts';
import type { Cell } from '../terminal/table.ts';
import { formatAge, formatLocalTime } from '../terminal/time-text.ts';

/** `instance`, as people say. */
export function shortType(type: RunnerType): string {
  return type.replace(/_type$/, '');
}

/** What it does with jobs just now: a paused runner gets no new ones. */
export function jobsCell(runner: Pick<Runner, 'paused' | 'jobExecutionStatus'>): Cell {
  const { jobExecutionStatus = '', paused } = runner;
  if (!paused) return jobExecutionStatus;
  const text = jobExecutionStatus === 'active' ? 'active, paused' : 'paused';
  return { text, style: 'yellow' };
}

/** A status in the color that GitLab's pages give it. */
export function statusCell(status: string): Cell {
  const text = printable(status.replaceAll('_', ' '));
  switch (status) {
    case 'online':
    case 'success':
      return { text, style: 'green' };
    case 'stale':
    case 'failed':
      return { text, style: 'red' };
    case 'offline':
    case 'never_contacted':
    case 'canceled':
      return { text, style: 'dim' };
    default:
      return /paused|running|cancel/.test(status) ? { text, style: 'yellow' } : text;
  }
}

/** How long ago, as `3d 4h`; empty where it never was. */
export function ageOf(instant: Date | undefined): string {
  return instant === undefined ? '' : formatAge(Date.now() - instant.getTime());
}

/** An instant by the clock on the wall and by how long ago it was; empty where it never was. */
export function instantText(instant: Date | undefined): string {
  if (instant === undefined) return '';
  return `${formatLocalTime(instant.getTime()).slice(0, -4)} (${ageOf(instant)} ago)`;
}
