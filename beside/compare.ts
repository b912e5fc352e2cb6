import { knownDifferences } from './known-differences.ts';
import type { Outcome } from './outcome.ts';
import type { Aspect, Scenario } from './scenario.ts';

/** `alike`; `meant`: not alike, and the scenario says why; `wrong`: not alike, and nobody says why. */
export type Likeness = 'alike' | 'meant' | 'wrong';

export interface Comparison {
  readonly likeness: Readonly<Record<Aspect, Likeness>>;
  /** The known differences of all logs that this one has, by their names. */
  readonly known: readonly string[];
  /** The lines of both that are not alike, theirs and ours, for whoever looks into it. */
  readonly lines: readonly string[];
}

export const ASPECTS: readonly Aspect[] = ['result', 'artifacts', 'cache', 'left', 'log'];

/** Compares what two runners made of one scenario. */
export function compareOutcomes(scenario: Scenario, theirs: Outcome, ours: Outcome): Comparison {
  const { known, text } = withoutKnown(logOf(theirs), logOf(ours));
  const pairs: Readonly<Record<Aspect, readonly [string, string]>> = {
    result: both(theirs, ours, ({ jobs }) => jobs.map(({ result }) => result)),
    artifacts: both(theirs, ours, ({ jobs }) => jobs.flatMap((job) => ['job', ...job.artifacts])),
    cache: both(theirs, ours, ({ cache }) => cache),
    left: both(theirs, ours, ({ left }) => left),
    log: text,
  };
  const lines: string[] = [];
  const judge = (aspect: Aspect): Likeness => {
    const [their, our] = pairs[aspect];
    if (their === our) return 'alike';
    lines.push(...differingLines(aspect, their, our));
    return scenario.differs?.in.includes(aspect) === true ? 'meant' : 'wrong';
  };
  const [result, artifacts, cache, left, log] = ASPECTS.map(judge) as [
    Likeness,
    Likeness,
    Likeness,
    Likeness,
    Likeness,
  ];
  return { likeness: { result, artifacts, cache, left, log }, known, lines };
}

/** A reason that no run needs any more would hide the next difference. */
export function needlessReasons(scenario: Scenario, { likeness }: Comparison): readonly Aspect[] {
  return (scenario.differs?.in ?? []).filter((aspect) => likeness[aspect] === 'alike');
}

function logOf({ jobs }: Outcome): string {
  return jobs.map(({ log }) => log.join('\n')).join('\n--- the next job ---\n');
}

function both(
  theirs: Outcome,
  ours: Outcome,
  pick: (outcome: Outcome) => readonly string[],
): readonly [string, string] {
  return [pick(theirs).join('\n'), pick(ours).join('\n')];
}

interface Remaining {
  readonly text: readonly [string, string];
  readonly known: readonly string[];
}

/** Takes every known difference out of two logs, and tells which there were. */
function withoutKnown(theirs: string, ours: string): Remaining {
  let text: readonly [string, string] = [theirs, ours];
  const known: string[] = [];
  for (const { name, reconcile } of knownDifferences) {
    const [their, our] = text;
    const next = reconcile(their, our);
    if (next[0] !== their || next[1] !== our) known.push(name);
    text = next;
  }
  return { text, known };
}

function differingLines(aspect: Aspect, theirs: string, ours: string): readonly string[] {
  const [their, our] = [theirs.split('\n'), ours.split('\n')];
  return [
    ...their.filter((line) => !our.includes(line)).map((line) => `${aspect} < ${line}`),
    ...our.filter((line) => !their.includes(line)).map((line) => `${aspect} > ${line}`),
  ];
}
