/** A project as a runner's list has it. */
export interface ProjectSummary {
  readonly id: number;
  readonly name: string;
  readonly fullPath: string;
  readonly webUrl: string | undefined;
}

export interface GroupSummary {
  readonly id: number;
  readonly name: string;
  readonly webUrl: string | undefined;
}

/** A project or group by its id, or by its full path. */
export type IdOrPath = number | string;

/** As part of an address: `g/p` becomes `g%2Fp`. */
export function toPathSegment(place: IdOrPath): string {
  return encodeURIComponent(String(place));
}
