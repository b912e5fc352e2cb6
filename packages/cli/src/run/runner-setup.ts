import type { Secret, TlsFiles } from '@fellrunner/core';
import type { ShellOptions } from '@fellrunner/executors/shell';

/** One runner, complete, whether options or a `config.toml` entry describe it. */
export interface RunnerSetup {
  readonly name: string;
  readonly url: string;
  readonly token: Secret;
  readonly work: Work;
  /** Where the token itself stands, so that another may take its place there. */
  readonly tokenPlace: TokenPlace | undefined;
  /** How many jobs at once, beneath what all runners may have together. */
  readonly limit: number;
  /** In bytes; undefined for the engine's own. */
  readonly outputLimitBytes: number | undefined;
  readonly requestConcurrency: number | undefined;
  /** How often its server is asked where it does not hold requests. */
  readonly checkIntervalMs: number | undefined;
  readonly info: RunnerInfoSettings;
  readonly tls: TlsFiles;
}

/** A token in a configuration, and what is noted of it there. */
export interface TokenPlace {
  readonly file: string;
  readonly obtainedAt: Date | undefined;
  /** Undefined where it does not expire, or nobody has noted it. */
  readonly expiresAt: Date | undefined;
}

/** What does the jobs. */
export type Work =
  | {
      readonly kind: 'handler';
      /** Absolute. */
      readonly file: string;
      /** Added to the handler's environment. */
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'shell'; readonly options: ShellOptions };

/** What the runner says of itself to GitLab instead of its own facts. */
export interface RunnerInfoSettings {
  readonly version?: string;
  readonly revision?: string;
  readonly platform?: string;
  readonly architecture?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Tells apart any two runners that are not set up alike; holds the token, so it is not for logs. */
export function fingerprint(setup: RunnerSetup): string {
  return JSON.stringify({ ...setup, token: setup.token.reveal() });
}
