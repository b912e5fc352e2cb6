/** What a run comes to. */
export interface ChaosReport {
  /** To be quoted, by what each is. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** All that must not be; empty after a clean run. */
  readonly faults: readonly string[];
}

/** The figures, a line each, and what is wrong. */
export function describeReport({ figures, faults }: ChaosReport): string {
  const lines = Object.entries(figures).map(([what, figure]) => `${what}: ${figure}`);
  const verdict = faults.length === 0 ? 'nothing is wrong' : `${faults.length} faults`;
  return [...lines, verdict, ...faults.map((fault) => `  ${fault}`)].join('\n');
}
