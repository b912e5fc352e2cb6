import { formatDuration } from './duration.ts';
import type { Finish } from './race.ts';

export interface Standing extends Finish {
  /** Runners with the same time share a place, and the next one is as much lower. */
  readonly place: number | undefined;
}

/** Orders the runners by time, those who retired last and in the order of their names. */
export function rank(race: readonly Finish[]): readonly Standing[] {
  const sorted = race.toSorted(
    (a, b) => (a.seconds ?? Infinity) - (b.seconds ?? Infinity) || (a.name < b.name ? -1 : 1),
  );
  return sorted.map((finish) => {
    const first = sorted.findIndex(({ seconds }) => seconds === finish.seconds);
    return { ...finish, place: finish.seconds === undefined ? undefined : first + 1 };
  });
}

/** A table as Markdown has it. */
export function toTable(standings: readonly Standing[]): string {
  const rows = standings.map(
    ({ place, name, club, seconds }) =>
      `| ${place ?? '–'} | ${name} | ${club} | ${seconds === undefined ? 'retired' : formatDuration(seconds)} |`,
  );
  return ['| place | name | club | time |', '| ---: | --- | --- | ---: |', ...rows, ''].join('\n');
}
