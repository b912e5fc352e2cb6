import { checkLabels, type RunnerLabels } from './runner-labels.ts';

/** What a runner says of itself with each request (`info` of `common/network.go`). */
export interface RunnerInfo {
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  readonly platform: string;
  readonly architecture: string;
  readonly executor: string;
  readonly shell: string;
  readonly features: Readonly<Record<string, boolean>>;
  readonly config?: { readonly gpus: string };
  readonly labels?: RunnerLabels;
}

export interface RunnerInfoOptions {
  readonly version: string;
  readonly revision: string;
  readonly platform: string;
  readonly architecture: string;
  readonly executor: string;
  readonly labels?: RunnerLabels;
}

/** What holds for every job here, whichever executor does it. */
const FEATURES = {
  variables: true,
  raw_variables: true,
  artifacts: true,
  artifacts_exclude: true,
  upload_multiple_artifacts: true,
  upload_raw_artifacts: true,
  refspecs: true,
  masking: true,
  multi_build_steps: true,
  return_exit_code: true,
  cancelable: true,
  cancel_gracefully: true,
  trace_reset: true,
  trace_checksum: true,
  trace_size: true,
  two_phase_job_commit: true,
};

/** What only the shell executor does. */
const SHELL_FEATURES = { cache: true, fallback_cache_keys: true, shared: true };

/**
 * GitLab cuts or refuses longer values; the lengths are those of the Rust crate.
 *
 * @throws RunnerError `CONFIG_INVALID` for a label that GitLab would not take.
 */
export function createRunnerInfo(options: RunnerInfoOptions): RunnerInfo {
  const labels = checkLabels(options.labels ?? {});
  return {
    name: 'fellrunner',
    version: options.version.slice(0, 2048),
    revision: options.revision.slice(0, 255),
    platform: options.platform.slice(0, 255),
    architecture: options.architecture.slice(0, 255),
    executor: options.executor,
    shell: options.executor === 'shell' ? 'bash' : '',
    features: options.executor === 'shell' ? { ...FEATURES, ...SHELL_FEATURES } : FEATURES,
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}
