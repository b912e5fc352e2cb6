import type { Variable } from '../variables/variable.ts';

/** A file that a runner uploaded; its bytes lie in the emulator's temporary folder. */
export interface Artifact {
  readonly id: number;
  readonly fileType: string;
  readonly fileFormat: string;
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  readonly path: string;
  readonly expireIn: string | undefined;
  readonly expireAt: number | undefined;
  readonly accessibility: string;
  /** What a dotenv report gives to later jobs. */
  readonly variables: readonly Variable[];
}

/** One that can still be downloaded. */
export function isAvailable(artifact: Artifact | undefined, nowMs: number): artifact is Artifact {
  return artifact !== undefined && (artifact.expireAt === undefined || artifact.expireAt > nowMs);
}
