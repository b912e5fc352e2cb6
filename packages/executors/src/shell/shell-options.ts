/** How the shell executor is configured; plain JSON, since it travels to the jobs' thread. */
export interface ShellOptions {
  /** Where the projects' folders are; a relative path counts from the current folder. */
  readonly buildsDir: string;
  readonly cacheDir: string;
  /** `bash` (the default), `sh`, or the path of either; without a bash it is `sh`. */
  readonly shell?: string;
  /** `KEY=value` pairs that every job gets, beneath its own variables. */
  readonly environment?: readonly string[];
  /** Who runs the scripts; needs a runner that is root. */
  readonly user?: string;
  /** Takes the place of the scheme, host and port of the address that GitLab names. */
  readonly cloneUrl?: string;
  readonly preGetSourcesScript?: string;
  readonly postGetSourcesScript?: string;
  readonly preBuildScript?: string;
  readonly postBuildScript?: string;
  /** Whether a job may choose its folder with `GIT_CLONE_PATH`; it may unless this is false. */
  readonly customBuildDir?: boolean;
  /** Whether `CI_DEBUG_TRACE` does nothing here. */
  readonly debugTraceDisabled?: boolean;
  /** Settings of `FF_…` flags that go before a job's own. */
  readonly featureFlags?: Readonly<Record<string, boolean>>;
  /** The pause before a stage's second attempt; each later one is twice as long. */
  readonly retryDelayMs?: number;
}
