import { Secret } from '../secret.ts';
import type { Variables } from './variables.ts';

/** A CI job as GitLab handed it out: typed facts, no protocol. */
export interface Job {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly token: Secret;
  readonly variables: Variables;
  readonly ref: string;
  /** `branch` or `tag`. */
  readonly refType: string;
  readonly sha: string;
  readonly beforeSha: string;
  readonly project: {
    readonly id: number;
    readonly name: string;
    readonly path: string;
    readonly url: string;
  };
  readonly pipeline: { readonly id: number; readonly url: string };
  readonly url: string;
  readonly user: {
    readonly id: number;
    readonly login: string;
    readonly name: string;
    readonly email: string;
  };
  readonly commitMessage: string;
  readonly git: GitSource;
  readonly image: Image | undefined;
  readonly services: readonly Image[];
  readonly credentials: readonly Credential[];
  readonly steps: readonly Step[];
  /** Whether the job has CI steps (`run`), which GitLab sends in the place of a script. */
  readonly hasCiSteps: boolean;
  readonly hooks: ReadonlyMap<string, readonly string[]>;
  readonly artifacts: readonly ArtifactEntry[];
  readonly cache: readonly CacheEntry[];
  readonly dependencies: readonly DependencyFact[];
  readonly features: {
    readonly traceSections: boolean;
    /** What the server knows; undefined where it does not say. */
    readonly failureReasons: readonly string[] | undefined;
    readonly tokenPrefixes: readonly string[];
  };
  readonly timeoutMs: number;
}

export interface GitSource {
  /** With credentials in it, so it must not be printed. */
  readonly url: Secret;
  readonly refspecs: readonly string[];
  /** 0: the whole history. */
  readonly depth: number;
  readonly objectFormat: string;
  readonly mayFetch: boolean;
}

export interface Image {
  readonly name: string;
  readonly alias: string | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export interface Credential {
  readonly type: string;
  readonly url: string;
  readonly username: string;
  readonly password: Secret;
}

export interface Step {
  readonly name: string;
  readonly script: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly when: 'on_success' | 'on_failure' | 'always';
  readonly allowFailure: boolean;
}

export interface ArtifactEntry {
  readonly name: string;
  readonly untracked: boolean;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly when: 'on_success' | 'on_failure' | 'always';
  readonly expireIn: string | undefined;
  readonly type: string;
  readonly format: 'zip' | 'gzip' | 'raw';
}

export interface CacheEntry {
  readonly key: string;
  readonly untracked: boolean;
  readonly paths: readonly string[];
  readonly policy: string;
  readonly when: 'on_success' | 'on_failure' | 'always';
  readonly fallbackKeys: readonly string[];
}

export interface DependencyFact {
  readonly id: number;
  readonly name: string;
  readonly token: Secret;
  /** Undefined where the job left no archive. */
  readonly artifact: { readonly filename: string; readonly size: number | undefined } | undefined;
}
