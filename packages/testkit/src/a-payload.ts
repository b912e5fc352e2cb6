import { parseJob, type Job } from '@fellrunner/core';

/** What a test cares about in a payload; everything else is as GitLab fills it in. */
export interface PayloadWishes {
  readonly id?: number;
  readonly name?: string;
  readonly stage?: string;
  readonly token?: string;
  readonly timeoutS?: number;
  readonly script?: readonly string[];
  readonly afterScript?: readonly string[];
  /** A value alone is a public variable. */
  readonly variables?: Readonly<Record<string, string | WireVariableWishes>>;
  /** The top level's fields to put in, as they go over the wire; `undefined` leaves one out. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface WireVariableWishes {
  readonly value: string;
  readonly public?: boolean;
  readonly masked?: boolean;
  readonly file?: boolean;
  readonly raw?: boolean;
}

/** The text of a complete 201 answer of `POST /jobs/request`, as GitLab sends it. */
export function aPayload(wishes: PayloadWishes = {}): string {
  const id = wishes.id ?? 42;
  const token = wishes.token ?? `glcbt-64_job${id}token`;
  const timeoutS = wishes.timeoutS ?? 3600;
  return JSON.stringify({
    id,
    token,
    allow_git_fetch: true,
    job_info: jobInfo(id, wishes),
    git_info: gitInfo(token),
    runner_info: { uuid: '1d1ee71f', timeout: timeoutS, runner_session_url: null },
    inputs: [],
    variables: variablesOf(id, token, wishes),
    steps: stepsOf(wishes, timeoutS),
    hooks: [],
    image: null,
    services: [],
    artifacts: null,
    cache: [],
    credentials: [
      {
        type: 'registry',
        url: 'registry.gitlab.example:5005',
        username: 'gitlab-ci-token',
        password: token,
      },
    ],
    features: {
      trace_sections: true,
      failure_reasons: ['unknown_failure', 'script_failure', 'runner_system_failure'],
    },
    dependencies: [],
    ...wishes.fields,
  });
}

/** The job that {@link aPayload} tells of. */
export function aJob(wishes: PayloadWishes = {}): Job {
  return parseJob(aPayload(wishes));
}

function jobInfo(id: number, { name = 'test', stage = 'test' }: PayloadWishes): object {
  return {
    id,
    name,
    stage,
    pipeline_id: 7,
    project_id: 1,
    project_name: 'hills',
    project_full_path: 'lakes/hills',
    namespace_id: 2,
    root_namespace_id: 2,
    organization_id: 1,
    instance_id: '5f2b',
    instance_uuid: '5f2b',
    user_id: 3,
    scoped_user_id: null,
    time_in_queue_seconds: 3,
    project_jobs_running_on_instance_runners_count: '+Inf',
    queue_size: 1,
    queue_depth: 1,
  };
}

function gitInfo(token: string): object {
  return {
    repo_url: `https://gitlab-ci-token:${token}@gitlab.example/lakes/hills.git`,
    ref: 'main',
    sha: 'c2ad59d3c1b2e3f4a5968778695a4b3c2d1e0f00',
    before_sha: '0000000000000000000000000000000000000000',
    ref_type: 'branch',
    refspecs: ['+refs/pipelines/7:refs/pipelines/7', '+refs/heads/main:refs/remotes/origin/main'],
    depth: 20,
    repo_object_format: 'sha1',
    protected: true,
  };
}

function variablesOf(id: number, token: string, wishes: PayloadWishes): object[] {
  const { name = 'test', variables = {} } = wishes;
  const own = Object.entries(variables).map(([key, wish]) => ({
    key,
    public: typeof wish === 'string',
    masked: false,
    ...(typeof wish === 'string' ? { value: wish } : wish),
  }));
  return [
    plain('CI_PIPELINE_ID', '7'),
    plain('CI_PIPELINE_URL', 'https://gitlab.example/lakes/hills/-/pipelines/7'),
    plain('CI_JOB_ID', String(id)),
    plain('CI_JOB_URL', `https://gitlab.example/lakes/hills/-/jobs/${id}`),
    { key: 'CI_JOB_TOKEN', value: token, public: false, masked: true },
    plain('CI_JOB_NAME', name),
    plain('CI', 'true'),
    plain('CI_PROJECT_PATH', 'lakes/hills'),
    plain('CI_PROJECT_URL', 'https://gitlab.example/lakes/hills'),
    plain('CI_COMMIT_MESSAGE', 'Mend the fence'),
    plain('GITLAB_USER_ID', '3'),
    plain('GITLAB_USER_LOGIN', 'joss'),
    plain('GITLAB_USER_NAME', 'Joss Naylor'),
    plain('GITLAB_USER_EMAIL', 'joss@gitlab.example'),
    ...own,
  ];
}

function plain(key: string, value: string): object {
  return { key, value, public: true, masked: false };
}

function stepsOf({ script = ['make'], afterScript }: PayloadWishes, timeout: number): object[] {
  const first = { name: 'script', script, timeout, when: 'on_success', allow_failure: false };
  if (afterScript === undefined) return [first];
  const last = { name: 'after_script', timeout, when: 'always', allow_failure: true };
  return [first, { ...last, script: afterScript }];
}
