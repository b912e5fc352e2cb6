import { quantile } from '../frame/sample.ts';
import { numberText } from '../page/number-text.ts';
import type { SoakReport } from './soak-run.ts';
import type { Look } from './soak-runner.ts';

/** What a process takes at first is no growth: code is compiled, pools are filled. */
const SETTLED_SHARE = 1 / 6;
/** More than this above the settled memory is taken for a leak. */
const MOST_GROWTH = 1.3;

const HEADINGS = [
  '',
  'jobs',
  'RSS settled, MB',
  'RSS at the end, MB',
  'end ÷ settled',
  'open files (most)',
  'processes (most)',
  'loop delay p99, ms (median, most)',
];

/** Memory when all had warmed up, and at the end: each the median of some looks. */
function memoryThenAndAtEnd(looks: readonly Look[]): readonly [number, number] {
  const size = Math.max(1, Math.floor(looks.length / 20));
  const from = Math.floor(looks.length * SETTLED_SHARE);
  const median = (some: readonly Look[]): number =>
    quantile(
      some.map(({ memoryMb }) => memoryMb),
      0.5,
    );
  return [median(looks.slice(from, from + size)), median(looks.slice(-size))];
}

/** A row for each runner, the headings first. */
export function soakCells({ jobs, looks }: SoakReport): readonly (readonly string[])[] {
  const rows = Object.entries(looks).map(([name, its]) => {
    const [settled, end] = memoryThenAndAtEnd(its);
    const delays = its.map(({ loopDelayP99Ms }) => loopDelayP99Ms);
    const most = (pick: (look: Look) => number): string => numberText(Math.max(...its.map(pick)));
    return [
      `${name} jobs`,
      numberText(name === 'shell' ? jobs.shell : jobs.handler),
      numberText(settled),
      numberText(end),
      (end / settled).toFixed(2),
      most((look) => look.openFiles),
      most((look) => look.processes),
      `${numberText(quantile(delays, 0.5))}, ${numberText(Math.max(...delays))}`,
    ];
  });
  return [HEADINGS, ...rows];
}

/** Why the soak did not pass; empty where it did. */
export function soakFailures({ left, looks, wrong }: SoakReport): readonly string[] {
  const growth = Object.entries(looks).flatMap(([name, its]) => {
    const [settled, end] = memoryThenAndAtEnd(its);
    const isLeak = end > settled * MOST_GROWTH;
    return isLeak ? [`${name}: from ${numberText(settled)} to ${numberText(end)} MB`] : [];
  });
  return [...wrong, ...left.map((thing) => `left behind: ${thing}`), ...growth];
}
