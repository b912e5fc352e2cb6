import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatedJob, type JobSpec } from '../src/index.ts';
import { checksumOf, send, takeJob, type Answer, type TakenJob } from './support/wire.ts';

async function running(
  gitlab: Emulator,
  spec: JobSpec = {},
): Promise<{ job: EmulatedJob; taken: TakenJob }> {
  const job = gitlab.job(spec);
  return { job, taken: await takeJob(gitlab) };
}

function outline(answer: Answer): unknown[] {
  return [answer.status, answer.text, answer.headers['job-status']];
}

describe('an update', () => {
  test('is refused without the parameter token, though the header has it', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    const answer = await send(gitlab, `/api/v4/jobs/${taken.id}`, {
      method: 'PUT',
      headers: { 'job-token': taken.token },
      json: { state: 'success' },
    });
    expect([answer.status, answer.body]).toEqual([400, { error: 'token is missing' }]);
  });

  test('of a running job keeps it alive', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    expect(outline(await taken.update({ state: 'running' }))).toEqual([200, '200', 'running']);
  });

  test('asks for no repetition where it is answered 200 or 400', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    const answers = [
      await taken.update({ state: 'running' }),
      await taken.update({ state: 'nonsense' }),
      await taken.update({ state: 'success' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
    for (const { headers } of answers)
      expect(headers).not.toHaveProperty('x-gitlab-trace-update-interval');
  });

  test('ends the job with the status in the header and a bare number as JSON', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const answer = await taken.update({ state: 'success' });
    expect(outline(answer)).toEqual([200, '200', 'success']);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-gitlab-trace-update-interval']).toBeUndefined();
    expect(job.status).toBe('success');
  });

  test.each(['', 'pending', 'canceled'])(
    'with the state %j changes nothing and is a 400',
    async (state) => {
      await using gitlab = await startEmulator();
      const { job, taken } = await running(gitlab);
      const answer = await taken.update(state === '' ? {} : { state });
      expect(outline(answer)).toEqual([400, '400', 'running']);
      expect(job.status).toBe('running');
    },
  );

  test.each([
    [{ state: 'running', output: { bytesize: 'x' } }, 'output[bytesize] is invalid'],
    [{ state: 'success', exit_code: '1.5' }, 'exit_code is invalid'],
    [{ state: 'success', exit_code: 'x', token: 'nobody' }, 'exit_code is invalid'],
  ])('of %j is refused before its token is looked at', async (fields, error) => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const { status, body } = await taken.update(fields);
    expect([status, body, job.status]).toEqual([400, { error }, 'running']);
  });

  test('fails the job with the reason and the exit code', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    const failure = { failure_reason: 'script_failure', exit_code: 42 };
    expect(outline(await taken.update({ state: 'failed', ...failure }))).toEqual([
      200,
      '200',
      'failed',
    ]);
    expect([job.failureReason, job.exitCode, job.allowFailure]).toEqual([
      'script_failure',
      42,
      false,
    ]);
  });

  test.each([undefined, 'a_new_reason'])(
    'with the reason %j fails the job as unknown',
    async (reason) => {
      await using gitlab = await startEmulator();
      const { job, taken } = await running(gitlab);
      await taken.update({ state: 'failed', failure_reason: reason });
      expect(job.failureReason).toBe('unknown_failure');
    },
  );

  test.each([
    [-1, 0],
    [40_000, 32_767],
  ])('with the exit code %i keeps %i', async (sent, kept) => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await taken.update({ state: 'failed', exit_code: sent });
    expect(job.exitCode).toBe(kept);
  });

  test('with an allowed exit code makes the failure an allowed one', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab, { allow_failure: { exit_codes: [41, 42] } });
    await taken.update({ state: 'failed', exit_code: 42 });
    expect([job.status, job.allowFailure]).toEqual(['failed', true]);
  });

  test('may come as a form, and ignores what it does not know', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await send(gitlab, `/api/v4/jobs/${taken.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${taken.token}&state=failed&exit_code=7&info%5Bname%5D=x&trace=ignored`,
    });
    expect([job.status, job.exitCode, job.trace]).toEqual(['failed', 7, '']);
  });
});

describe('an update with a checksum', () => {
  const end = { state: 'success', output: checksumOf('log\n') };

  test('is answered 202 until the log is flushed, and only then ends the job', async () => {
    await using gitlab = await startEmulator({ settings: { flush_delay_s: 10 } });
    const { job, taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    const answer = await taken.update(end);
    expect(outline(answer)).toEqual([202, '202', 'running']);
    expect(answer.headers['x-gitlab-trace-update-interval']).toBe('1');
    gitlab.advanceClock(9);
    expect((await taken.update(end)).status).toBe(202);
    gitlab.advanceClock(1);
    expect(outline(await taken.update(end))).toEqual([200, '200', 'success']);
    expect(job.status).toBe('success');
  });

  test('is flushed within a second where nothing is set', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    await taken.update(end);
    gitlab.advanceClock(1);
    expect((await taken.update(end)).status).toBe(200);
  });

  test('asks to be repeated ever more rarely', async () => {
    await using gitlab = await startEmulator({ settings: { trace_flush: 'manual' } });
    const { taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    const intervals: unknown[] = [];
    for (const step of [0, 3, 1, 4, 8, 16, 32, 64, 128]) {
      gitlab.advanceClock(step);
      intervals.push((await taken.update(end)).headers['x-gitlab-trace-update-interval']);
    }
    expect(intervals).toEqual(['1', '1', '2', '4', '8', '16', '32', '64', '64']);
  });

  test('ends the job after five minutes though the log was never flushed', async () => {
    await using gitlab = await startEmulator({ settings: { trace_flush: 'manual' } });
    const { job, taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    await taken.update(end);
    gitlab.advanceClock(299);
    expect((await taken.update(end)).status).toBe(202);
    gitlab.advanceClock(2);
    expect((await taken.update(end)).status).toBe(200);
    expect(job.status).toBe('success');
  });

  test('ends the job by the parameters of the last update, not of the first', async () => {
    await using gitlab = await startEmulator({ settings: { flush_delay_s: 0 } });
    const { job, taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    await taken.update(end);
    await taken.update({ ...end, state: 'failed', failure_reason: 'script_failure' });
    expect([job.status, job.failureReason]).toEqual(['failed', 'script_failure']);
  });

  test('waits again where more of the log came meanwhile', async () => {
    await using gitlab = await startEmulator({ settings: { flush_delay_s: 0 } });
    const { taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    await taken.update(end);
    await taken.patch(4, 'more\n');
    expect((await taken.update(end)).status).toBe(202);
    expect((await taken.update(end)).status).toBe(200);
  });

  test('is at once the end of a job without a log, and of one whose checksum is wrong', async () => {
    await using gitlab = await startEmulator({ settings: { flush_delay_s: 0 } });
    const silent = await running(gitlab);
    expect((await silent.taken.update(end)).status).toBe(200);
    const { taken } = await running(gitlab);
    await taken.patch(0, 'other\n');
    await taken.update(end);
    expect((await taken.update(end)).status).toBe(200);
  });

  test('in the old place counts as well', async () => {
    await using gitlab = await startEmulator();
    const { taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    expect((await taken.update({ state: 'success', checksum: end.output.checksum })).status).toBe(
      202,
    );
  });

  test('but no state is an error of the server', async () => {
    await using gitlab = await startEmulator();
    const { job, taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    expect((await taken.update({ output: end.output })).status).toBe(500);
    expect(job.status).toBe('running');
  });

  test('is an ordinary one where logs are not kept live', async () => {
    await using gitlab = await startEmulator({ settings: { live_trace: false } });
    const { taken } = await running(gitlab);
    await taken.patch(0, 'log\n');
    expect((await taken.update(end)).status).toBe(200);
  });
});

test('an update without a checksum ends the job whatever has been flushed', async () => {
  await using gitlab = await startEmulator({ settings: { trace_flush: 'manual' } });
  const { taken } = await running(gitlab);
  await taken.patch(0, 'log\n');
  expect((await taken.update({ state: 'success' })).status).toBe(200);
});
