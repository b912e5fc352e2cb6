import { describe, expect, it } from 'vitest';

import { displayWidth } from '../terminal/display-width.ts';
import { lastLineOf } from './last-line.ts';
import { liveLines, type LiveJob } from './live-lines.ts';

function aJob(wishes: Partial<LiveJob> = {}): LiveJob {
  return {
    gitlabId: 42,
    name: 'build',
    doing: 'script',
    isFinished: false,
    ageMs: 65_000,
    lastLine: 'compiling',
    ...wishes,
  };
}

const NONE = { done: 0, failed: 0 };

describe('liveLines', () => {
  it('shows each job with what it does, its age and the last line of its log', () => {
    const lines = liveLines([aJob(), aJob({ gitlabId: 7, name: 'test' })], NONE, {
      columns: 80,
      rows: 24,
    });
    expect(lines).toEqual([
      '42  build  script  1m 5s  compiling',
      '7   test   script  1m 5s  compiling',
      '2 running · 0 done',
    ]);
  });

  it('has no line wider than the terminal, whatever letters are in it', () => {
    const job = aJob({ name: 'ビルド'.repeat(10), lastLine: '進行中 '.repeat(20) });
    for (const columns of [20, 40, 79]) {
      const widths = liveLines([job], NONE, { columns, rows: 24 }).map(displayWidth);
      expect(Math.max(...widths)).toBeLessThan(columns);
    }
  });

  it('leaves room for the log, and says how many jobs it does not show', () => {
    const jobs = Array.from({ length: 30 }, (_, id) => aJob({ gitlabId: id }));
    const lines = liveLines(jobs, { done: 3, failed: 1 }, { columns: 80, rows: 16 });
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('30 running · 20 not shown · 3 done, 1 of them failed');
  });

  it('tells jobs that only report from those that run', () => {
    const lines = liveLines([aJob({ isFinished: true, doing: 'reporting' })], NONE, {
      columns: 80,
      rows: 24,
    });
    expect(lines.at(-1)).toBe('waiting for jobs · 1 reporting · 0 done');
  });
});

describe('lastLineOf', () => {
  it.each([
    ['one\ntwo\n', 'two'],
    ['one\ntwo\n\n', 'two'],
    ['10 %\r20 %\r', '20 %'],
    ['\u001b[32mgreen\u001b[0m\n', 'green'],
    ['done\nsection_end:1795237550:step_script\r\u001b[0K', 'done'],
    ['', ''],
  ])('of %j is %j', (log, line) => {
    expect(lastLineOf(log)).toBe(line);
  });
});
