/** A line of the season: which race of how many, and when it was printed. */
export interface NumberedLine {
  readonly number: number;
  readonly of: number;
  readonly at: Date;
}

const NUMBERED = /^(\S+Z) race (\d+)\/(\d+) won by /;

export function numberedLines(log: string): readonly NumberedLine[] {
  return log.split('\n').flatMap((line) => {
    const [, at = '', number, of] = NUMBERED.exec(line) ?? [];
    return number === undefined ? [] : { number: Number(number), of: Number(of), at: new Date(at) };
  });
}

/** Whether every number is there, once, in its place. */
export function isWhole(lines: readonly NumberedLine[]): boolean {
  return lines.length === lines[0]?.of && lines.every(({ number }, index) => number === index + 1);
}
