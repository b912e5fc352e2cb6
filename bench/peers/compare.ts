import { spreadText } from '../page/number-text.ts';
import { spreadOf } from '../frame/sample.ts';
import type { Contestant, Programs } from './contestant.ts';
import { runOnce, type Figures } from './coordinator.ts';
import type { Column, Scenario } from './scenarios.ts';

/** A runner's runs of one scenario. */
export interface Standing {
  readonly contestant: Contestant;
  readonly runs: readonly Figures[];
  /** Of runs that ended otherwise than they should. */
  readonly failures: readonly string[];
}

/** How a comparison is done. */
export interface Comparison {
  readonly coordinator: string;
  readonly programs: Programs;
  readonly runs: number;
  readonly short: boolean;
  readonly onFailure: (name: string, message: string) => void;
}

/** Mostly in turn, again and again: the machine's own speed changes by the minute. */
export async function compare(scenario: Scenario, how: Comparison): Promise<readonly Standing[]> {
  const standings = scenario
    .contestants(how.programs)
    .map((contestant) => ({ contestant, runs: [] as Figures[], failures: [] as string[] }));
  const measure = async ({ contestant, failures, runs }: (typeof standings)[0]): Promise<void> => {
    try {
      runs.push(await runOnce(how.coordinator, scenario, contestant, how.short));
    } catch (error) {
      // One that cannot do it is told of, and the others go on.
      failures.push(wordOf(error));
      how.onFailure(contestant.name, failures.at(-1) ?? '');
    }
  };
  for (let run = 0; run < how.runs; run += 1) {
    if (scenario.isSideBySide === true) await Promise.all(standings.map(measure));
    else for (const standing of standings) await measure(standing);
  }
  return standings;
}

/** The coordinator's own line where it has said one. */
function wordOf(error: unknown): string {
  const { message, stderr } = error as { message?: string; stderr?: string };
  return stderr?.trim().split('\n', 1)[0] ?? message ?? String(error);
}

/** A row for each runner, the headings first. */
export function standingCells(
  { columns }: Scenario,
  standings: readonly Standing[],
): readonly (readonly string[])[] {
  const rows = standings.map(({ contestant, failures, runs }) => {
    const failed = failures.length > 0 ? ` (${failures.length} of its runs failed)` : '';
    return [`${contestant.name}${failed}`, ...columns.map((column) => cell(column, runs))];
  });
  return [['', ...columns.map(({ heading }) => heading)], ...rows];
}

function cell({ figure, per, times = 1 }: Column, runs: readonly Figures[]): string {
  if (runs.length === 0) return '–';
  const values = runs.map((figures) => {
    const share = per === 'job' ? Number(figures['jobs']) : 1;
    return (Number(figures[figure] ?? Number.NaN) * times) / share;
  });
  return spreadText(spreadOf(values));
}
