import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type JobSpec } from '../src/index.ts';
import { commitFiles, createRepository, git } from './support/repository.ts';
import { tempFolder } from './support/temp-folder.ts';
import { send, takeJob, variableOf, type Payload } from './support/wire.ts';

async function payloadOf(gitlab: Emulator, spec: JobSpec): Promise<Payload> {
  gitlab.job(spec);
  return (await takeJob(gitlab)).payload;
}

describe('the payload of a plain job', () => {
  test('has all that GitLab sends, also where there is nothing to say', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'unit tests', stage: 'check', script: ['make', 'make test'] });
    const { payload } = await takeJob(gitlab);
    expect(payload).toMatchObject({
      id: job.id,
      allow_git_fetch: true,
      job_info: {
        id: job.id,
        name: 'unit tests',
        stage: 'check',
        project_name: 'project',
        project_full_path: 'root/project',
        organization_id: 1,
        scoped_user_id: null,
        time_in_queue_seconds: 0,
        project_jobs_running_on_instance_runners_count: '0',
        queue_size: 1,
        queue_depth: 1,
      },
      runner_info: { timeout: 3600, runner_session_url: null },
      inputs: [],
      hooks: [],
      image: null,
      services: [],
      artifacts: null,
      cache: [],
      dependencies: [],
      steps: [
        {
          name: 'script',
          script: ['make', 'make test'],
          timeout: 3600,
          when: 'on_success',
          allow_failure: false,
        },
      ],
    });
    expect(payload.token).toMatch(/^glcbt-64_[\w-]{20}$/);
    expect(payload.features['trace_sections']).toBe(true);
    expect(payload.features['failure_reasons']).toContain('runner_system_failure');
    expect(payload.credentials).toEqual([
      {
        type: 'registry',
        url: 'registry.example.com:5005',
        username: 'gitlab-ci-token',
        password: payload.token,
      },
    ]);
  });

  test('counts what waits and what runs, up to a limit', async () => {
    await using gitlab = await startEmulator();
    gitlab.jobs({ count: 8 });
    const seen: unknown[][] = [];
    for (let n = 0; n < 8; n += 1) {
      const { payload } = await takeJob(gitlab);
      const { queue_size, project_jobs_running_on_instance_runners_count: running } =
        payload.job_info;
      seen.push([queue_size, running]);
    }
    expect(seen.map(([size]) => size)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(seen.map(([, running]) => running)).toEqual(['0', '1', '2', '3', '4', '5+', '5+', '5+']);
  });

  test('tells how long the job waited', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    gitlab.advanceClock(90);
    expect((await takeJob(gitlab)).payload.job_info['time_in_queue_seconds']).toBe(90);
  });
});

describe('steps', () => {
  test('are script, release and after_script, the last whatever happened', async () => {
    await using gitlab = await startEmulator();
    const { steps } = await payloadOf(gitlab, {
      before_script: 'prepare',
      script: 'run',
      after_script: ['clean'],
      release: { tag_name: 'v1', description: 'The "first"' },
      timeout: '10m',
      allow_failure: { exit_codes: 3 },
    });
    expect(steps).toEqual([
      {
        name: 'script',
        script: ['prepare', 'run'],
        timeout: 600,
        when: 'on_success',
        allow_failure: false,
      },
      {
        name: 'release',
        script: ['release-cli create --description "The \\"first\\"" --tag-name "v1"'],
        timeout: 600,
        when: 'on_success',
        allow_failure: false,
      },
      {
        name: 'after_script',
        script: ['clean'],
        timeout: 600,
        when: 'always',
        allow_failure: true,
      },
    ]);
  });

  test('give way to run, which is text', async () => {
    await using gitlab = await startEmulator();
    const run = [{ name: 'hello', script: 'echo' }];
    const payload = await payloadOf(gitlab, { run });
    expect(payload.steps).toBeUndefined();
    expect(payload.run).toBe(JSON.stringify(run));
  });
});

describe('artifacts', () => {
  test('are filled in: the archive a zip on success, a report always and under its usual name', async () => {
    await using gitlab = await startEmulator();
    const { artifacts } = await payloadOf(gitlab, {
      artifacts: [
        { paths: ['out/'] },
        { name: 'all', untracked: true, exclude: ['x'], when: 'always', expire_in: '7d' },
        { artifact_type: 'junit', paths: 'report.xml', expire_in: '7d' },
        { artifact_type: 'sast', paths: ['s.json'] },
      ],
    });
    expect(artifacts).toEqual([
      {
        name: null,
        untracked: false,
        paths: ['out/'],
        when: 'on_success',
        expire_in: null,
        artifact_type: 'archive',
        artifact_format: 'zip',
      },
      {
        name: 'all',
        untracked: true,
        paths: [],
        exclude: ['x'],
        when: 'always',
        expire_in: '7d',
        artifact_type: 'archive',
        artifact_format: 'zip',
      },
      {
        name: 'junit.xml',
        paths: ['report.xml'],
        when: 'always',
        expire_in: '7d',
        artifact_type: 'junit',
        artifact_format: 'gzip',
      },
      {
        name: 'gl-sast-report.json',
        paths: ['s.json'],
        when: 'always',
        artifact_type: 'sast',
        artifact_format: 'raw',
      },
    ]);
  });
});

describe('caches', () => {
  test('are filled in, those of protected refs apart from the others', async () => {
    await using gitlab = await startEmulator();
    const cache = { key: 'k', paths: ['vendor/*'], fallback_keys: ['f'] };
    const other = await payloadOf(gitlab, { cache, ref: 'feature' });
    expect(other.cache).toEqual([
      {
        key: 'k-non_protected',
        untracked: false,
        paths: ['vendor/*'],
        policy: 'pull-push',
        when: 'on_success',
        fallback_keys: ['f-non_protected'],
      },
    ]);
    const main = await payloadOf(gitlab, {
      cache: [{ paths: ['a'] }, { ...cache, unprotect: true }],
    });
    expect(main.cache.map(({ key }) => key)).toEqual(['default-protected', 'k-non_protected']);
  });

  test('of files have a key that changes with them', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { lock: '1', other: '1' });
    const keyNow = async (files: string[]): Promise<unknown> =>
      (await payloadOf(gitlab, { git: { path }, cache: { key: { files, prefix: 'p' } } }))
        .cache[0]?.['key'];
    const first = await keyNow(['lock']);
    expect(first).toMatch(/^p-[0-9a-f]{40}-protected$/);
    commitFiles(path, { other: '2' }, 'Change the other');
    expect(await keyNow(['lock'])).toBe(first);
    commitFiles(path, { lock: '2' }, 'Change the lock');
    expect(await keyNow(['lock'])).not.toBe(first);
    expect(await keyNow(['nothing'])).toBe('p-default-protected');
  });
});

describe('images and services', () => {
  test('may be names', async () => {
    await using gitlab = await startEmulator();
    const { image, services } = await payloadOf(gitlab, { image: 'ruby', services: ['postgres'] });
    const plain = { entrypoint: null, ports: [], executor_opts: {}, pull_policy: null };
    expect(image).toEqual({ name: 'ruby', ...plain });
    expect(services).toEqual([
      { name: 'postgres', ...plain, alias: null, command: null, variables: null },
    ]);
  });

  test('may be mappings; a service’s variables are then a list', async () => {
    await using gitlab = await startEmulator();
    const { image, services } = await payloadOf(gitlab, {
      image: {
        name: 'ruby',
        entrypoint: ['sh'],
        ports: [80],
        pull_policy: 'if-not-present',
        docker: { user: 'a' },
      },
      services: [
        { name: 'db', alias: 'd', command: ['run'], variables: { A: 'b' } },
        { name: 'other' },
      ],
    });
    expect(image).toEqual({
      name: 'ruby',
      entrypoint: ['sh'],
      ports: [{ number: 80, protocol: 'http', name: 'default_port' }],
      executor_opts: { docker: { user: 'a' } },
      pull_policy: ['if-not-present'],
    });
    expect(services).toMatchObject([
      { name: 'db', alias: 'd', command: ['run'], variables: [{ key: 'A', value: 'b' }] },
      { name: 'other', alias: null, command: null, variables: [] },
    ]);
  });
});

describe('dependencies', () => {
  test('left out are the jobs of earlier stages, with the running job’s token', async () => {
    await using gitlab = await startEmulator();
    const build = gitlab.job({ name: 'build', stage_idx: 0 });
    const taken = await takeJob(gitlab);
    await taken.upload({ content: 'zip', filename: 'b.zip' });
    await taken.update({ state: 'success' });
    const lint = gitlab.job({ name: 'lint', stage_idx: 0 });
    await takeJob(gitlab);
    const payload = await payloadOf(gitlab, { stage_idx: 1 });
    expect(payload.dependencies).toEqual([
      {
        id: build.id,
        name: 'build',
        token: payload.token,
        artifacts_file: { filename: 'b.zip', size: 3 },
      },
      { id: lint.id, name: 'lint', token: payload.token },
    ]);
    expect((await payloadOf(gitlab, { stage_idx: 1, dependencies: [] })).dependencies).toEqual([]);
  });

  test('left out are those of the same pipeline alone', async () => {
    await using gitlab = await startEmulator();
    gitlab.job({ name: 'elsewhere', pipeline_id: 70 });
    await takeJob(gitlab);
    gitlab.job({ name: 'here', pipeline_id: 71 });
    await takeJob(gitlab);
    const payload = await payloadOf(gitlab, { pipeline_id: 71, stage_idx: 1 });
    expect(payload.dependencies).toMatchObject([{ name: 'here' }]);
    expect(payload.job_info['pipeline_id']).toBe(71);
  });
});

describe('git_info', () => {
  test('asks for the pipeline’s ref and the branch, twenty commits deep', async () => {
    await using gitlab = await startEmulator();
    const { git_info, token, job_info } = await payloadOf(gitlab, { ref: 'feature' });
    const pipeline = `refs/pipelines/${String(job_info['pipeline_id'])}`;
    expect(git_info).toEqual({
      repo_url: `http://gitlab-ci-token:${token}@${new URL(gitlab.url).host}/root/project.git`,
      ref: 'feature',
      sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      before_sha: '0'.repeat(40),
      ref_type: 'branch',
      refspecs: [`+${pipeline}:${pipeline}`, '+refs/heads/feature:refs/remotes/origin/feature'],
      depth: 20,
      repo_object_format: 'sha1',
      protected: false,
    });
  });

  test('asks for a tag where the ref is one, and for everything at depth 0', async () => {
    await using gitlab = await startEmulator();
    const tag = await payloadOf(gitlab, { ref: 'v1', tag: true });
    expect(tag.git_info['ref_type']).toBe('tag');
    expect(tag.git_info.refspecs[1]).toBe('+refs/tags/v1:refs/tags/v1');
    const whole = await payloadOf(gitlab, { variables: { GIT_DEPTH: '0' } });
    expect(whole.git_info['depth']).toBe(0);
    expect(whole.git_info.refspecs.slice(1)).toEqual([
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    const deep = await payloadOf(gitlab, { variables: { GIT_DEPTH: '3' } });
    expect(deep.git_info['depth']).toBe(3);
  });

  test('is of the repository on disk: its default branch, a branch, or a tag', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { a: '1' });
    const first = git(path, 'rev-parse', 'HEAD');
    git(path, '-c', 'user.name=A', '-c', 'user.email=a@b', 'tag', '-a', 'v1', '-m', 'The first');
    git(path, 'branch', '-m', 'trunk');
    const second = commitFiles(path, { a: '2' }, 'Second\n\nWith a description.');
    const branch = await payloadOf(gitlab, { git: { path } });
    expect(branch.git_info).toMatchObject({ ref: 'trunk', sha: second, ref_type: 'branch' });
    expect(variableOf(branch, 'CI_COMMIT_TITLE')).toBe('Second');
    expect(variableOf(branch, 'CI_COMMIT_DESCRIPTION')).toBe('With a description.');
    expect(variableOf(branch, 'CI_COMMIT_AUTHOR')).toBe('Fell Runner <fell@example.com>');
    expect(variableOf(branch, 'CI_DEFAULT_BRANCH')).toBe('trunk');
    const tag = await payloadOf(gitlab, { git: { path }, ref: 'v1' });
    expect(tag.git_info).toMatchObject({
      ref: 'v1',
      sha: first,
      ref_type: 'tag',
      protected: false,
    });
    expect(variableOf(tag, 'CI_COMMIT_TAG')).toBe('v1');
    expect(variableOf(tag, 'CI_COMMIT_TAG_MESSAGE')).toBe('The first');
    expect(variableOf(tag, 'CI_COMMIT_BRANCH')).toBeUndefined();
    expect(() => gitlab.job({ git: { path }, ref: 'nowhere' })).toThrow(
      'There is no branch nowhere',
    );
  });

  test('of what is no repository, or has no commit, is refused in one line', async () => {
    await using gitlab = await startEmulator();
    using folder = tempFolder();
    const { path } = folder;
    const job = (): unknown => gitlab.job({ git: { path } });
    expect(job).toThrow(/^\S+ is no git repository; name the folder of one\.$/);
    git(path, 'init', '-q');
    expect(job).toThrow(/^\S+ has no commit at its HEAD; make one first\.$/);
    expect(() => gitlab.job({ git: { path: `${path}/nowhere` } })).toThrow(
      `${path}/nowhere does not exist; name the folder of one.`,
    );
  });
});

describe('variables', () => {
  test('have what GitLab predefines, tokens hidden and masked', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'Unit Test', stage: 'check' });
    const { payload } = await takeJob(gitlab);
    const expected = {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_JOB_ID: String(job.id),
      CI_JOB_NAME: 'Unit Test',
      CI_JOB_NAME_SLUG: 'unit-test',
      CI_JOB_STAGE: 'check',
      CI_JOB_URL: `${gitlab.url}/root/project/-/jobs/${job.id}`,
      CI_SERVER_URL: gitlab.url,
      CI_API_V4_URL: `${gitlab.url}/api/v4`,
      CI_PROJECT_PATH: 'root/project',
      CI_PROJECT_PATH_SLUG: 'root-project',
      CI_PROJECT_NAMESPACE: 'root',
      CI_PROJECT_URL: `${gitlab.url}/root/project`,
      CI_COMMIT_REF_NAME: 'main',
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_SHA: payload.git_info.sha,
      CI_COMMIT_SHORT_SHA: payload.git_info.sha.slice(0, 8),
      CI_COMMIT_REF_PROTECTED: 'true',
      CI_DEFAULT_BRANCH: 'main',
      CI_REGISTRY: 'registry.example.com:5005',
      CI_REGISTRY_IMAGE: 'registry.example.com:5005/root/project',
      CI_REGISTRY_USER: 'gitlab-ci-token',
      CI_REPOSITORY_URL: payload.git_info.repo_url,
      CI_RUNNER_ID: '1',
      CI_RUNNER_TAGS: '[]',
      CI_NODE_TOTAL: '1',
      GITLAB_USER_LOGIN: 'root',
      GITLAB_USER_NAME: 'Administrator',
      GITLAB_USER_ID: '1',
    };
    const found = Object.keys(expected).map((key) => [key, variableOf(payload, key)]);
    expect(Object.fromEntries(found)).toEqual(expected);
    const hidden = payload.variables.filter((variable) => !variable.public);
    expect(hidden.map(({ key, masked }) => [key, masked])).toEqual([
      ['CI_JOB_TOKEN', true],
      ['CI_REGISTRY_PASSWORD', true],
      ['CI_REPOSITORY_URL', false],
      ['CI_DEPENDENCY_PROXY_PASSWORD', true],
    ]);
    expect(variableOf(payload, 'CI_JOB_TOKEN')).toBe(payload.token);
  });

  test('have no registry where there is none', async () => {
    await using gitlab = await startEmulator({ settings: { registry: null } });
    const payload = await payloadOf(gitlab, {});
    expect([variableOf(payload, 'CI_REGISTRY'), payload.credentials]).toEqual([undefined, []]);
  });

  test('of the job have their flags; file and raw are there only when true', async () => {
    await using gitlab = await startEmulator();
    const { variables } = await payloadOf(gitlab, {
      variables: {
        PLAIN: 'v',
        MASKED: { value: 'secret', masked: true },
        FILE: { value: 'content', file: true },
        RAW: { value: '$PLAIN', raw: true, public: false },
      },
    });
    expect(variables.filter(({ key }) => !key.includes('_'))).toEqual([
      { key: 'CI', value: 'true', public: true, masked: false },
      { key: 'PLAIN', value: 'v', public: true, masked: false },
      { key: 'MASKED', value: 'secret', public: false, masked: true },
      { key: 'FILE', value: 'content', public: false, masked: false, file: true },
      { key: 'RAW', value: '$PLAIN', public: false, masked: false, raw: true },
    ]);
  });

  test('are expanded, in the order of their references', async () => {
    await using gitlab = await startEmulator();
    const payload = await payloadOf(gitlab, {
      name: 'n',
      variables: { LATE: '$EARLY-${CI_JOB_NAME}-$UNKNOWN', EARLY: 'e' },
    });
    expect(variableOf(payload, 'LATE')).toBe('e-n-$UNKNOWN');
    const order = payload.variables.map(({ key }) => key);
    expect(order.indexOf('EARLY')).toBeLessThan(order.indexOf('LATE'));
  });
});

describe('what a test adds', () => {
  test('is merged deeply over the payload', async () => {
    await using gitlab = await startEmulator();
    const payload = await payloadOf(gitlab, {
      payload: {
        job_info: { name: 'other' },
        artifacts: [],
        new_field: { a: 1 },
        image: { name: 'x' },
      },
    });
    expect(payload).toMatchObject({
      job_info: { name: 'other', stage: 'test' },
      artifacts: [],
      new_field: { a: 1 },
      image: { name: 'x' },
    });
  });

  test('as hooks and inputs is rendered as GitLab does', async () => {
    await using gitlab = await startEmulator();
    const payload = await payloadOf(gitlab, {
      hooks: { pre_get_sources_script: 'echo' },
      inputs: { k: 'v', n: 3 },
    });
    expect(payload.hooks).toEqual([{ name: 'pre_get_sources_script', script: ['echo'] }]);
    expect(payload.inputs).toEqual([
      { key: 'k', value: { content: 'v', type: 'string' } },
      { key: 'n', value: { content: 3, type: 'number' } },
    ]);
  });

  test('that cannot be is refused, with what is wrong', async () => {
    await using gitlab = await startEmulator();
    const post = async (json: unknown): Promise<[number, string]> => {
      const answer = await send(gitlab, '/_emulator/jobs', { method: 'POST', json });
      return [answer.status, answer.text];
    };
    expect(await post({ scripts: 'x' })).toEqual([
      400,
      '{"message":"400 Bad request - a job has no scripts"}',
    ]);
    expect((await post({ name: 7 }))[1]).toContain("a job's name cannot be 7");
    expect((await post({ dependencies: [99] }))[1]).toContain('there is no job 99');
    expect((await post({ project_id: 99 }))[1]).toContain('there is no project 99');
    expect((await post({ user_id: 99 }))[1]).toContain('there is no user 99');
    expect((await post({ timeout: 'soon' }))[1]).toContain('timeout');
    expect((await post({ artifacts: [{ artifact_type: 'x' }] }))[1]).toContain('artifact_type x');
  });
});
