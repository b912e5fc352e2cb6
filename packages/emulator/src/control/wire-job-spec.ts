import type { Json, JsonObject } from '../http/parameters.ts';

export type OneOrMany<T> = T | readonly T[];

export interface VariableSpec {
  readonly value: string | number | boolean;
  readonly masked?: boolean;
  readonly public?: boolean;
  readonly file?: boolean;
  readonly raw?: boolean;
}

export interface ArtifactSpec {
  readonly name?: string;
  readonly paths?: OneOrMany<string>;
  readonly exclude?: OneOrMany<string>;
  readonly untracked?: boolean;
  readonly when?: 'on_success' | 'on_failure' | 'always';
  readonly expire_in?: string;
  /** Anything but `archive` is a report. */
  readonly artifact_type?: string;
  readonly artifact_format?: string;
  readonly access?: 'all' | 'developer' | 'maintainer' | 'none';
  readonly public?: boolean;
}

export interface CacheSpec {
  readonly key?: string | { readonly files: readonly string[]; readonly prefix?: string };
  readonly paths?: OneOrMany<string>;
  readonly untracked?: boolean;
  readonly unprotect?: boolean;
  readonly when?: 'on_success' | 'on_failure' | 'always';
  readonly policy?: string;
  readonly fallback_keys?: readonly string[];
}

export interface ImageSpec {
  readonly name: string;
  readonly entrypoint?: OneOrMany<string>;
  readonly ports?: readonly Json[];
  readonly pull_policy?: OneOrMany<string>;
  readonly docker?: JsonObject;
  readonly kubernetes?: JsonObject;
}

export interface ServiceSpec extends ImageSpec {
  readonly alias?: string;
  readonly command?: OneOrMany<string>;
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
}

export interface RetrySpec {
  readonly max?: number;
  readonly when?: OneOrMany<string>;
  readonly exit_codes?: OneOrMany<number>;
}

/** A job as `POST /_emulator/jobs` takes it; what is left out is as GitLab fills it in. */
export interface JobSpec {
  readonly name?: string;
  readonly stage?: string;
  readonly stage_idx?: number;
  readonly before_script?: OneOrMany<string>;
  readonly script?: OneOrMany<string>;
  readonly after_script?: OneOrMany<string>;
  readonly variables?: Readonly<Record<string, string | number | boolean | VariableSpec>>;
  readonly artifacts?: OneOrMany<ArtifactSpec>;
  /** Ids of jobs; left out: all jobs of earlier stages. */
  readonly dependencies?: readonly number[];
  readonly cache?: OneOrMany<CacheSpec>;
  /** Seconds, or a duration such as `1h 30m`. */
  readonly timeout?: number | string;
  readonly tags?: readonly string[];
  readonly allow_failure?: boolean | { readonly exit_codes: OneOrMany<number> };
  readonly image?: string | ImageSpec;
  readonly services?: readonly (string | ServiceSpec)[];
  readonly hooks?: Readonly<Record<string, OneOrMany<string>>>;
  readonly release?: JsonObject;
  readonly run?: readonly Json[];
  readonly inputs?: JsonObject;
  readonly ref?: string;
  /** Whether `ref` is a tag. */
  readonly tag?: boolean;
  readonly protected?: boolean;
  readonly project_id?: number;
  /** Whose rights the job's token has. */
  readonly user_id?: number;
  readonly pipeline_id?: number;
  /** A repository on this machine's disk, served over HTTP; left out: one commit without files. */
  readonly git?: { readonly path: string };
  readonly when?: 'on_success' | 'on_failure' | 'always' | 'manual' | 'delayed';
  readonly start_in?: string;
  readonly retry?: number | RetrySpec;
  readonly environment?: JsonObject;
  readonly parallel?: { readonly index: number; readonly total: number };
  readonly count?: number;
  /** Merged deeply over the payload that the runner gets; lists are replaced. */
  readonly payload?: JsonObject;
}
