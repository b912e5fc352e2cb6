import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startEmulator, type EmulatedJob, type Emulator, type JobSpec } from '../src/index.ts';
import { formOf, send, takeJob, type Answer, type TakenJob } from './support/wire.ts';

async function running(
  gitlab: Emulator,
  spec: JobSpec = {},
): Promise<{ job: EmulatedJob; taken: TakenJob }> {
  const job = gitlab.job(spec);
  return { job, taken: await takeJob(gitlab) };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function uploadReport(taken: TakenJob, type: string, content: string | Buffer): Promise<Answer> {
  return taken.upload({ content, query: `?artifact_type=${type}&artifact_format=gzip` });
}

describe('an upload', () => {
  test('is kept with its size, checksum and name, an archive unless it says otherwise', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const answer = await taken.upload({ content: 'content', filename: 'my files.zip' });
    expect([answer.status, answer.text]).toEqual([201, '201']);
    expect(job.artifact()).toMatchObject({
      file_type: 'archive',
      file_format: 'zip',
      filename: 'my_files.zip',
      size: 7,
      sha256: sha256('content'),
      expire_in: null,
      accessibility: 'public',
    });
    expect((await job.artifact()?.read())?.toString()).toBe('content');
  });

  test('takes its parameters from the query or from fields of the form, before or after the file', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const fields = {
      artifact_type: 'sast',
      artifact_format: 'raw',
      token: taken.token,
      expire_in: '1 week',
    };
    expect((await taken.upload({ content: '{}', fields, token: '' })).status).toBe(201);
    const junit = '?artifact_type=junit&artifact_format=gzip&expire_in=7d';
    expect((await taken.upload({ content: 'x', query: junit })).status).toBe(201);
    expect(job.artifacts).toMatchObject([
      { file_type: 'sast', file_format: 'raw', expire_in: '1 week' },
      { file_type: 'junit', file_format: 'gzip', expire_in: '7d' },
    ]);
  });

  test('expires when it says, or as the server has it, or never', async () => {
    await using gitlab = await startEmulator({
      settings: { default_artifacts_expire_in: '2 days' },
    });
    const days = async (expireIn: string): Promise<number | null> => {
      const { job, taken } = await running(gitlab);
      await taken.upload({ content: 'x', query: expireIn });
      const at = job.artifact()?.expire_at ?? null;
      return at === null ? null : Math.round((Date.parse(at) - Date.now()) / 86_400_000);
    };
    expect(await days('?expire_in=7%20days')).toBe(7);
    expect(await days('')).toBe(2);
    expect(await days('?expire_in=never')).toBeNull();
  });

  test('has the access that it says, else that of its job', async () => {
    await using gitlab = await startEmulator();
    const said = await running(gitlab);
    await said.taken.upload({ content: 'x', query: '?accessibility=private' });
    const configured = await running(gitlab, {
      artifacts: [{ paths: ['x'], access: 'developer' }],
    });
    await configured.taken.upload({ content: 'x' });
    expect(said.job.artifact()?.accessibility).toBe('private');
    expect(configured.job.artifact()?.accessibility).toBe('private');
  });

  test('of the same file a second time is accepted and ignored', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await taken.upload({ content: 'x' });
    expect((await taken.upload({ content: 'x', filename: 'other.zip' })).status).toBe(201);
    expect(job.artifacts).toMatchObject([{ filename: 'artifacts.zip' }]);
  });

  test('of another file of the same type is refused', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await taken.upload({ content: 'x' });
    expect(await taken.upload({ content: 'y' })).toMatchObject({
      status: 400,
      body: { message: 'another artifact of the same type already exists' },
    });
    expect(job.artifact()?.sha256).toBe(sha256('x'));
  });

  test('without a file, or of a type or format that does not exist, is refused', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    const path = `/api/v4/jobs/${taken.id}/artifacts`;
    const empty = await send(gitlab, path, {
      method: 'POST',
      headers: { 'job-token': taken.token },
    });
    expect([empty.status, empty.body]).toEqual([400, { error: 'file is missing' }]);
    const type = await taken.upload({ content: 'x', query: '?artifact_type=nonsense' });
    expect([type.status, type.body]).toEqual([
      400,
      { error: 'artifact_type does not have a valid value' },
    ]);
    const format = await taken.upload({ content: 'x', query: '?artifact_format=rar' });
    expect([format.status, format.body]).toEqual([
      400,
      { error: 'artifact_format does not have a valid value' },
    ]);
  });

  test.each([
    ['zip', 'archive lsif scip'],
    [
      'gzip',
      'metadata junit metrics metrics_referee network_referee dotenv cobertura jacoco cluster_applications cyclonedx annotations repository_xray',
    ],
    [
      'raw',
      'trace sast secret_detection dependency_scanning container_scanning cluster_image_scanning dast license_scanning accessibility codequality performance browser_performance load_performance terraform requirements requirements_v2 coverage_fuzzing api_fuzzing sarif',
    ],
  ])('has the format %s for the types of it, and no other', async (format, names) => {
    const types = names.split(' ');
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const contents: Record<string, string> = { dotenv: 'A=1', annotations: '{}' };
    for (const type of types) {
      const content = gzipSync(contents[type] ?? 'x');
      const upload = async (as: string): Promise<number> =>
        (await taken.upload({ content, query: `?artifact_type=${type}&artifact_format=${as}` }))
          .status;
      const others = ['zip', 'gzip', 'raw'].filter((other) => other !== format);
      for (const other of others)
        expect([type, other, await upload(other)]).toEqual([type, other, 400]);
      expect([type, await upload(format)]).toEqual([type, 201]);
    }
    expect(job.artifacts.map(({ file_type }) => file_type)).toEqual(types);
  });

  test('in a format that its type does not have is refused', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    expect(
      await taken.upload({ content: 'x', query: '?artifact_type=junit&artifact_format=zip' }),
    ).toMatchObject({
      status: 400,
      body: { message: 'Validation failed: Invalid file format with specified file type' },
    });
  });

  test('is judged by its parameters first, then by its token', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    expect(
      (await taken.upload({ content: 'x', token: 'wrong', query: '?artifact_type=x' })).status,
    ).toBe(400);
    expect((await taken.upload({ content: 'x', token: 'wrong' })).status).toBe(403);
    expect((await taken.upload({ content: 'x', token: '' })).status).toBe(403);
  });

  test('beyond the limit is refused, up to it accepted', async () => {
    await using gitlab = await startEmulator({ settings: { max_artifact_bytes: 1000 } });
    const { job, taken } = await running(gitlab);
    expect(await taken.upload({ content: Buffer.alloc(1001) })).toMatchObject({
      status: 413,
      body: { message: 'file size has reached maximum size limit' },
    });
    expect(job.artifacts).toEqual([]);
    expect((await taken.upload({ content: Buffer.alloc(1000) })).status).toBe(201);
  });

  test('is not possible where artifacts are switched off', async () => {
    await using gitlab = await startEmulator({ settings: { artifacts_enabled: false } });
    const { taken } = await running(gitlab);
    expect(await taken.upload({ content: 'x' })).toMatchObject({
      status: 405,
      body: { message: '405 Method Not Allowed' },
    });
  });

  test('whose form ends too early is refused and leaves nothing', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const { type, body } = formOf('content', 'a.zip', {});
    const answer = await send(gitlab, `/api/v4/jobs/${taken.id}/artifacts`, {
      method: 'POST',
      headers: { 'content-type': type, 'job-token': taken.token },
      body: body.subarray(0, body.length - 10),
    });
    expect([answer.status, job.artifacts]).toEqual([400, []]);
  });

  test('of some megabytes of noise arrives byte for byte', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const { randomBytes } = await import('node:crypto');
    const noise = randomBytes(5_000_000);
    noise.write('\r\n------emulator-tes', 1_000_000);
    expect((await taken.upload({ content: noise })).status).toBe(201);
    expect(job.artifact()).toMatchObject({ size: noise.length, sha256: sha256(noise) });
    const shown = await send(gitlab, `/_emulator/jobs/${job.id}/artifacts/archive`);
    expect(shown.headers['content-length']).toBe(String(noise.length));
  });
});

describe('a dotenv report', () => {
  test('gives its variables to the jobs that depend on its job', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    expect((await uploadReport(taken, 'dotenv', gzipSync('A=1\n\nB = two = 2 \n'))).status).toBe(
      201,
    );
    await taken.update({ state: 'success' });
    gitlab.job({ dependencies: [job.id], variables: { A: 'own' } });
    const { payload } = await takeJob(gitlab);
    const reported = payload.variables.filter(({ key }) => key === 'A' || key === 'B');
    expect(reported.slice(-2)).toEqual([
      { key: 'A', value: '1', public: false, masked: false },
      { key: 'B', value: 'two = 2', public: false, masked: false },
    ]);
  });

  test.each([
    ['no equals sign', 'Invalid Format'],
    ['A-B=1', "Validation failed: Key can contain only letters, digits and '_'."],
    [
      Array.from({ length: 21 }, (_, at) => `K${at}=x`).join('\n'),
      'Dotenv files cannot have more than 20 variables',
    ],
  ])('that says %j is refused', async (text, message) => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    expect(await uploadReport(taken, 'dotenv', gzipSync(text))).toMatchObject({
      status: 400,
      body: { message },
    });
    expect(job.artifacts).toEqual([]);
  });

  test('that is no gzip, or too big, is refused', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    expect(await uploadReport(taken, 'dotenv', 'A=1')).toMatchObject({
      status: 400,
      body: { message: 'Invalid Format' },
    });
    const big = await uploadReport(taken, 'dotenv', Buffer.alloc(5121));
    expect(big.body).toEqual({ message: 'Dotenv Artifact Too Big. Maximum Allowable Size: 5120' });
  });
});

test('annotations that are no object are refused', async () => {
  await using gitlab = await startEmulator();
  const { taken } = await running(gitlab);
  expect((await uploadReport(taken, 'annotations', gzipSync('[]'))).status).toBe(400);
  expect((await uploadReport(taken, 'annotations', gzipSync('{'))).status).toBe(400);
  expect((await uploadReport(taken, 'annotations', gzipSync('{"a":[]}'))).status).toBe(201);
});

test('the authorization of uploads is for GitLab’s own proxy alone', async () => {
  await using gitlab = await startEmulator();
  const { taken } = await running(gitlab);
  const path = `/api/v4/jobs/${taken.id}/artifacts/authorize`;
  const answer = await send(gitlab, path, {
    method: 'POST',
    headers: { 'job-token': taken.token },
  });
  expect(answer).toMatchObject({
    status: 403,
    body: { message: '403 Forbidden - Request should be executed via GitLab Workhorse' },
  });
});

test('a job without a runtime environment has no key of one', async () => {
  await using gitlab = await startEmulator();
  const { taken } = await running(gitlab);
  const key = (token: string): Promise<Answer> =>
    send(gitlab, `/api/v4/jobs/${taken.id}/runtime_environment_key`, {
      headers: { 'job-token': token },
    });
  expect((await key(taken.token)).status).toBe(404);
  expect((await key('x')).status).toBe(403);
});
