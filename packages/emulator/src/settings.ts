/** What `POST /_emulator/settings` sets; the words are those of the control API. */
export interface Settings {
  /** `X-GitLab-Trace-Update-Interval` of a job that nobody watches. */
  readonly update_interval_s: number;
  /** How long a job request that has nothing to get is held; 0: not at all. */
  readonly long_poll_s: number;
  /** A log that reaches it fails its job; 0: no limit. */
  readonly max_trace_bytes: number;
  /** An artifact that exceeds it is refused; 0: no limit. */
  readonly max_artifact_bytes: number;
  /** Whether a job waits for its runner's word before it runs. */
  readonly two_phase: boolean;
  /** How long a log takes to be flushed once its job's end has been announced. */
  readonly flush_delay_s: number;
  /** `manual`: a log is never flushed. */
  readonly trace_flush: 'auto' | 'manual';
  /** Whether a piece of a log needs a Content-Type, as since 19.0.2: without one it is read as JSON. */
  readonly trace_content_type_required: boolean;
  /** Whether logs are kept as chunks to be flushed at all; without it no update is answered 202. */
  readonly live_trace: boolean;
  readonly allow_runner_registration_token: boolean;
  /** Null: runner tokens do not expire. */
  readonly runner_token_expiration_interval_s: number | null;
  readonly default_artifacts_expire_in: string;
  /** Host and port of the container registry; null: there is none. */
  readonly registry: string | null;
  /** Whether artifacts lie in an object storage that runners may read directly. */
  readonly object_storage: boolean;
  /** How many runners a project or group may have registered; null: GitLab's 1,000. */
  readonly runner_limit: number | null;
  /** Whether a runner's session may be on an address of this machine or its network. */
  readonly allow_local_requests: boolean;
  /** Whether artifacts can be uploaded at all. */
  readonly artifacts_enabled: boolean;
}

export const defaultSettings: Settings = {
  update_interval_s: 60,
  long_poll_s: 0,
  max_trace_bytes: 100 * 1024 * 1024,
  max_artifact_bytes: 0,
  two_phase: false,
  flush_delay_s: 0.2,
  trace_flush: 'auto',
  trace_content_type_required: true,
  live_trace: true,
  allow_runner_registration_token: true,
  runner_token_expiration_interval_s: null,
  default_artifacts_expire_in: '30 days',
  registry: 'registry.example.com:5005',
  object_storage: false,
  runner_limit: null,
  allow_local_requests: false,
  artifacts_enabled: true,
};
