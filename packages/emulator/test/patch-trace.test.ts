import { describe, expect, test } from 'vitest';
import { startEmulator, type EmulatedJob, type Emulator } from '../src/index.ts';
import { send, takeJob, type Answer, type TakenJob } from './support/wire.ts';

async function running(gitlab: Emulator): Promise<{ job: EmulatedJob; taken: TakenJob }> {
  const job = gitlab.job();
  return { job, taken: await takeJob(gitlab) };
}

/** A PATCH with whatever `Content-Range` is given. */
function patch(
  gitlab: Emulator,
  taken: TakenJob,
  range: string | undefined,
  body: string,
): Promise<Answer> {
  const headers = {
    'job-token': taken.token,
    'content-type': 'text/plain',
    ...(range === undefined ? {} : { 'content-range': range }),
  };
  return send(gitlab, `/api/v4/jobs/${taken.id}/trace`, { method: 'PATCH', headers, body });
}

describe('a piece of a log', () => {
  test('is appended where the log ends, and the answer tells the new size and the interval', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const answer = await taken.patch(0, 'hello world');
    expect(answer.status).toBe(202);
    expect(answer.headers).toMatchObject({
      'job-status': 'running',
      range: '0-11',
      'x-gitlab-trace-update-interval': '60',
    });
    expect((await taken.patch(11, 'äö')).headers['range']).toBe('0-15');
    expect(job.trace).toBe('hello worldäö');
  });

  test('is refused without a Content-Range', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    const answer = await patch(gitlab, taken, undefined, 'x');
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: '400 Missing header Content-Range' },
    ]);
  });

  test('is refused without a Content-Type, whatever its token; an empty one is not', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const bare = (token: string, body: string): Promise<Answer> =>
      send(gitlab, `/api/v4/jobs/${taken.id}/trace`, {
        method: 'PATCH',
        headers: { 'job-token': token, 'content-range': '0-4' },
        body: Buffer.from(body),
      });
    const message = '400 Bad request - The request body is not valid JSON';
    for (const token of [taken.token, 'wrong']) {
      const answer = await bare(token, 'hello');
      expect([answer.status, answer.body]).toEqual([400, { message }]);
    }
    expect(job.trace).toBe('');
    expect((await bare(taken.token, '')).status).toBe(202);
    gitlab.settings({ trace_content_type_required: false });
    expect((await bare(taken.token, 'hello')).status).toBe(202);
    expect(job.trace).toBe('hello');
  });

  test('is judged by its token before its range', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    expect((await patch(gitlab, { ...taken, token: 'x' }, undefined, 'x')).status).toBe(403);
  });

  test.each(['11-20', '11-9999', '11-12/5', '11-', '11', '11-x/y', ' 11-20'])(
    'counts from its start alone: %j appends at 11',
    async (range) => {
      await using gitlab = await startEmulator();
      const { job, taken } = await running(gitlab);
      await taken.patch(0, 'hello world');
      expect((await patch(gitlab, taken, range, '!')).status).toBe(202);
      expect(job.trace).toBe('hello world!');
    },
  );

  test.each(['bytes 11-19/20', 'garbage', '-5'])('with the range %j starts at 0', async (range) => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    expect((await patch(gitlab, taken, range, 'hello world')).status).toBe(202);
    expect((await patch(gitlab, taken, range, '!')).status).toBe(416);
    expect(job.trace).toBe('hello world');
  });

  test.each([
    [5, 'a gap'],
    [15, 'a start beyond the end'],
    [0, 'longer than all'],
  ])('that begins at %i and ends elsewhere is refused with the true size', async (start, text) => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await taken.patch(0, 'hello world');
    const answer = await taken.patch(start, text);
    expect([answer.status, answer.body]).toEqual([416, { error: '416 Range Not Satisfiable' }]);
    expect(answer.headers['range']).toBe('0-11');
    expect(job.trace).toBe('hello world');
  });

  test.each([
    [0, 'hello world'],
    [6, 'world'],
    [11, ''],
  ])(
    'that begins at %i and ends where the log ends adds nothing and is accepted',
    async (start, text) => {
      await using gitlab = await startEmulator();
      const { job, taken } = await running(gitlab);
      await taken.patch(0, 'hello world');
      const answer = await taken.patch(start, text);
      expect([answer.status, answer.headers['range'], job.trace]).toEqual([
        202,
        '0-11',
        'hello world',
      ]);
    },
  );

  test('comes every three seconds while somebody watches', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    job.watch();
    expect((await taken.patch(0, 'x')).headers['x-gitlab-trace-update-interval']).toBe('3');
  });

  test('comes as often as is set', async () => {
    await using gitlab = await startEmulator({ settings: { update_interval_s: 7 } });
    const { taken } = await running(gitlab);
    expect((await taken.patch(0, 'x')).headers['x-gitlab-trace-update-interval']).toBe('7');
  });

  test('has the job’s and the project’s token overwritten, and is as long as before', async () => {
    await using gitlab = await startEmulator();
    const made = await send(gitlab, '/_emulator/projects', { method: 'POST', json: { path: 'p' } });
    const project = made.body as { id: number; runners_token: string };
    const job = gitlab.job({ project_id: project.id });
    const taken = await takeJob(gitlab);
    await taken.patch(0, `a ${taken.token} b ${project.runners_token} c ${taken.token}`);
    const hidden = (token: string): string => '[MASKED]'.padEnd(token.length, 'x');
    const [ofJob, ofProject] = [hidden(taken.token), hidden(project.runners_token)];
    expect(job.trace).toBe(`a ${ofJob} b ${ofProject} c ${ofJob}`);
  });

  test('keeps its bytes as they are, whatever their encoding', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const bytes = Buffer.from([0, 0xff, 0xc3, 0x28, 0x0a]);
    await taken.patch(0, bytes);
    expect(job.traceBytes).toEqual(bytes);
  });
});

describe('a log with a limit', () => {
  const limit = 1000;

  test('fails its job when it reaches the limit, and says so by a bare 403', async () => {
    await using gitlab = await startEmulator({ settings: { max_trace_bytes: limit } });
    const { job, taken } = await running(gitlab);
    expect((await taken.patch(0, 'x'.repeat(limit - 1))).status).toBe(202);
    const answer = await taken.patch(limit - 1, 'x');
    expect([answer.status, answer.body, answer.headers['job-status']]).toEqual([
      403,
      { error: '403 Forbidden' },
      undefined,
    ]);
    expect([job.status, job.failureReason]).toEqual(['failed', 'trace_size_exceeded']);
    expect(job.traceBytes).toHaveLength(limit - 1);
  });

  test('fails its job also by a far-off start, before the gap is looked at', async () => {
    await using gitlab = await startEmulator({ settings: { max_trace_bytes: limit } });
    const { job, taken } = await running(gitlab);
    expect((await taken.patch(5000, 'x')).status).toBe(403);
    expect(job.failureReason).toBe('trace_size_exceeded');
  });

  test('has none where it is 0', async () => {
    await using gitlab = await startEmulator({ settings: { max_trace_bytes: 0 } });
    const { job, taken } = await running(gitlab);
    const piece = Buffer.alloc(1 << 20, 'x');
    for (let at = 0; at < 3; at += 1) await taken.patch(at * piece.length, piece);
    expect(job.traceBytes).toHaveLength(3 * piece.length);
  });
});

test('a long log is given back byte for byte, with its checksum', async () => {
  await using gitlab = await startEmulator();
  const { job, taken } = await running(gitlab);
  const lines = Array.from({ length: 40_000 }, (_, at) => `line ${at} of a long log\n`).join('');
  const pieces = lines.match(/[^]{1,99999}/g) ?? [];
  let start = 0;
  for (const piece of pieces) {
    await taken.patch(start, piece);
    start += piece.length;
  }
  const shown = await send(gitlab, `/_emulator/jobs/${job.id}/trace`);
  expect(shown.text === lines).toBe(true);
  const { crc32 } = await import('node:zlib');
  const expected = {
    trace: { size: lines.length, crc32: crc32(lines).toString(16).padStart(8, '0') },
  };
  expect((await send(gitlab, `/_emulator/jobs/${job.id}`)).body).toMatchObject(expected);
});
