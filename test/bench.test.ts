import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Result } from '../bench/frame/repeat.ts';
import { quantile, toRows } from '../bench/frame/sample.ts';
import { withPart } from '../bench/page/performance-page.ts';

const ROOT = join(import.meta.dirname, '..');

function bench(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const main = join(ROOT, 'bench/main.ts');
  return spawnSync(process.execPath, ['--conditions=@fellrunner/source', main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

describe('npm run bench', () => {
  test('measures what is named, and gives programs one line of JSON for each', () => {
    const { status, stderr, stdout } = bench(['start', '--short', '--source', '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const { name, rows } = JSON.parse(stdout) as Result;
    expect(name).toBe('start');
    expect(rows).toHaveLength(3);
    for (const { limit, ours, ratio } of rows) {
      expect(ours.median).toBeGreaterThan(0);
      expect(ratio).toBeCloseTo(ours.median / (limit?.median ?? 0));
    }
  });

  test('says which there are when there is none of a name', () => {
    const { status, stderr } = bench(['spead']);
    expect(status).toBe(2);
    expect(stderr).toContain('No bench spead; there are jobs, shell,');
  });

  const memory = '/dev/shm';
  const isTmpfs = process.platform === 'linux' && statfsSync(memory).type === 0x01021994;
  test.runIf(isTmpfs)('refuses to measure fsyncs in memory, and says what to do', () => {
    const { status, stderr } = bench(['start', '--source'], { TMPDIR: memory });
    expect(status).toBe(1);
    expect(stderr).toContain('TMPDIR=/var/tmp npm run bench');
  });
});

test('rows hold the median, the range, and the share of the limit of the same run', () => {
  const run = (value: number, limit: number) => [
    { what: 'speed', unit: 'jobs/s', value, limit: { what: 'bare', value: limit } },
  ];
  const [row] = toRows([run(10, 100), run(30, 60), run(20, 80)]);
  expect(row).toMatchObject({ ours: { median: 20, min: 10, max: 30 }, ratio: 0.25 });
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
});

test('a bench that is run again replaces its own rows on the page, and nothing else', () => {
  const page =
    'prose\n<!-- measured: a -->\nold\n<!-- end: a -->\nmore\n<!-- measured: b -->\nkept';
  const changed = withPart(page, 'a', 'new');
  expect(changed).not.toContain('old');
  expect(changed).toMatch(/^prose\n<!-- measured: a -->\n\nnew\n\n<!-- end: a -->\nmore\n.*kept$/s);
  expect(() => withPart(page, 'c', 'new')).toThrow('no place for c');
});
