/** One number that one run has measured, beside the most that could be had where that is known. */
export interface Sample {
  /** Names the row; the same in every run. */
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly limit?: { readonly what: string; readonly value: number };
  readonly curve?: CurvePoint;
}

/** Where a number stands on a curve that shows how cost grows. */
export interface CurvePoint {
  /** Names the curve: what grows. */
  readonly of: string;
  readonly at: number;
}

/** Several runs of one row. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly limit?: Spread & { readonly what: string };
  /** Ours over the limit of the same run, the median of all runs. */
  readonly ratio?: number;
  readonly curve?: CurvePoint;
}

/** The range over the runs is the noise: what differs by less differs by chance. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function toRows(runs: readonly (readonly Sample[])[]): readonly Row[] {
  const byName = Map.groupBy(runs.flat(), ({ curve, what }) => `${what} ${curve?.of} ${curve?.at}`);
  return [...byName.values()].map(toRow);
}

const NOTHING: Sample = { what: '', unit: '', value: Number.NaN };

function toRow(samples: readonly Sample[]): Row {
  const [{ curve, unit, what } = NOTHING] = samples;
  const ours = spreadOf(samples.map(({ value }) => value));
  const row = { what, unit, ours, ...(curve && { curve }) };
  const limited = samples.flatMap(({ limit, value }) => (limit ? [{ ...limit, ours: value }] : []));
  const [first] = limited;
  if (first === undefined) return row;
  return {
    ...row,
    limit: { what: first.what, ...spreadOf(limited.map(({ value }) => value)) },
    ratio: spreadOf(limited.map((it) => it.ours / it.value)).median,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted.at(index) ?? Number.NaN;
  return { median: quantile(sorted, 0.5), min: at(0), max: at(-1) };
}

/** The value below which that share of the values lies; between two of them, what lies between. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
