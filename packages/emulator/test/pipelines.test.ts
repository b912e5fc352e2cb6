import { describe, expect, test } from 'vitest';
import {
  startEmulator,
  type Emulator,
  type EmulatedPipeline,
  type PipelineView,
} from '../src/index.ts';
import { createRepository } from './support/repository.ts';
import { tempFolder } from './support/temp-folder.ts';
import { requestJob, send, takeJob, variableOf } from './support/wire.ts';

function pipelineOf(gitlab: Emulator, folder: string, yaml: string): EmulatedPipeline {
  return gitlab.pipeline({
    path: createRepository(`${folder}/source`, { '.gitlab-ci.yml': yaml }),
  });
}

function statuses(pipeline: EmulatedPipeline): Record<string, string> {
  return Object.fromEntries(pipeline.jobs.map(({ name, status }) => [name, status]));
}

/** Takes the next job and ends it. */
async function run(
  gitlab: Emulator,
  end: Record<string, unknown> = { state: 'success' },
): Promise<string> {
  const job = await takeJob(gitlab);
  await job.update(end);
  return String(job.payload.job_info['name']);
}

describe('a pipeline of a repository', () => {
  test('hands out a stage only after the one before it has passed', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `{stages: [one, two], a: {stage: one, script: x}, b: {stage: one, script: x}, c: {stage: two, script: x}}`,
    );
    expect(statuses(pipeline)).toEqual({ a: 'pending', b: 'pending', c: 'created' });
    await run(gitlab);
    expect(pipeline.job('c')?.status).toBe('created');
    await run(gitlab);
    expect(pipeline.job('c')?.status).toBe('pending');
    await run(gitlab);
    expect((await pipeline.finished()).status).toBe('success');
  });

  test('skips what comes after a failure, and runs what is for failures', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `
stages: [one, two]
a: {stage: one, script: x}
next: {stage: two, script: x}
rescue: {stage: two, script: x, when: on_failure}
report: {stage: two, script: x, when: always}
`,
    );
    await run(gitlab, { state: 'failed', failure_reason: 'script_failure' });
    expect(statuses(pipeline)).toEqual({
      a: 'failed',
      next: 'skipped',
      rescue: 'pending',
      report: 'pending',
    });
    await run(gitlab);
    await run(gitlab);
    expect((await pipeline.finished()).status).toBe('failed');
  });

  test('goes on after a failure that is allowed', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `{stages: [one, two], a: {stage: one, script: x, allow_failure: {exit_codes: 42}}, b: {stage: two, script: x}}`,
    );
    await run(gitlab, { state: 'failed', failure_reason: 'script_failure', exit_code: 42 });
    expect(statuses(pipeline)).toEqual({ a: 'failed', b: 'pending' });
    await run(gitlab);
    expect(pipeline.status).toBe('success');
  });

  test('starts a job with needs as soon as these have passed, and gives it their artifacts alone', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `
stages: [one, two]
a: {stage: one, script: x, artifacts: {paths: [a]}}
b: {stage: one, script: x}
c: {stage: two, script: x, needs: [a]}
d: {stage: two, script: x, needs: [{job: a, artifacts: false}, b]}
`,
    );
    const a = await takeJob(gitlab);
    await a.upload({ content: 'zip' });
    await a.update({ state: 'success' });
    expect(statuses(pipeline)).toEqual({ a: 'success', b: 'pending', c: 'pending', d: 'created' });
    expect(await run(gitlab)).toBe('b');
    const c = await takeJob(gitlab);
    expect(c.payload.dependencies).toMatchObject([{ name: 'a', artifacts_file: { size: 3 } }]);
    const d = await takeJob(gitlab);
    expect(d.payload.dependencies).toMatchObject([{ name: 'b' }]);
  });

  test('tries a failed job again as a new one, as often as its retry says', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `{stages: [one, two], a: {stage: one, script: x, retry: {max: 1, when: runner_system_failure}}, b: {stage: two, script: x}}`,
    );
    const first = pipeline.job('a')?.id;
    await run(gitlab, { state: 'failed', failure_reason: 'runner_system_failure' });
    expect(pipeline.job('a')?.id).not.toBe(first);
    expect([pipeline.job('a')?.status, pipeline.job('b')?.status]).toEqual(['pending', 'created']);
    await run(gitlab, { state: 'failed', failure_reason: 'runner_system_failure' });
    expect([pipeline.jobs.length, pipeline.job('b')?.status]).toEqual([3, 'skipped']);
  });

  test('does not try again what failed for another reason', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `{a: {script: x, retry: {max: 2, when: runner_system_failure}}}`,
    );
    await run(gitlab, { state: 'failed', failure_reason: 'script_failure' });
    expect(pipeline.jobs).toHaveLength(1);
  });

  test('waits for a user where a job is manual, and for the clock where it is delayed', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const pipeline = pipelineOf(
      gitlab,
      folder.path,
      `{a: {script: x, when: manual}, b: {script: x, when: delayed, start_in: 1 hour}}`,
    );
    expect(statuses(pipeline)).toEqual({ a: 'manual', b: 'scheduled' });
    expect((await requestJob(gitlab)).status).toBe(204);
    pipeline.job('a')?.play();
    expect(await run(gitlab)).toBe('a');
    gitlab.advanceClock(3600);
    expect(await run(gitlab)).toBe('b');
  });

  test('tells its variables: those of the configuration under those given at the start', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const yaml = '{variables: {A: yaml, B: "$A-b"}, a: {script: x, rules: [{if: $RUN_IT}]}}';
    const path = createRepository(`${folder.path}/source`, { '.gitlab-ci.yml': yaml });
    gitlab.pipeline({ path, variables: { RUN_IT: 'yes', A: 'given' } });
    const { payload } = await takeJob(gitlab);
    const valueOf = (key: string): string | undefined => variableOf(payload, key);
    expect([valueOf('A'), valueOf('B'), valueOf('RUN_IT')]).toEqual(['given', 'given-b', 'yes']);
  });
});

describe('POST /_emulator/pipelines', () => {
  test('answers with the pipeline and its jobs, which GET shows as they go on', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { '.gitlab-ci.yml': 'a: {script: x}' });
    const made = await send(gitlab, '/_emulator/pipelines', { method: 'POST', json: { path } });
    expect(made).toMatchObject({ status: 201, body: { jobs: [{ name: 'a', status: 'pending' }] } });
    await run(gitlab);
    const shown = await send(
      gitlab,
      `/_emulator/pipelines/${String((made.body as PipelineView).id)}`,
    );
    expect(shown.body).toMatchObject({ status: 'success', jobs: [{ status: 'success' }] });
  });

  test('refuses a configuration with file and line', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, {
      '.gitlab-ci.yml': 'a:\n  scriptt: x\n',
    });
    const answer = await send(gitlab, '/_emulator/pipelines', { method: 'POST', json: { path } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('.gitlab-ci.yml:2');
  });
});
