import { randomBytes } from 'node:crypto';

import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { JobSession, RunnerSession } from '../src/index.ts';
import { aRequestedJob, aRunner } from './support/requested-job.ts';

/** GitLab takes a result at once: no log is to be flushed before. */
const AT_ONCE = { settings: { live_trace: false } };

/** A machine with much to do takes its time. */
const PATIENTLY = { timeout: 30_000 };

describe('a job by hand', () => {
  test('is handed over once, and then there is none', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    gitlab.jobs({ count: 2 });
    const runner = aRunner(gitlab);
    await using first = await runner.requestJob();
    await using second = await runner.requestJob();
    expect([first?.id, second?.id]).toEqual([1, 2]);
    expect(await runner.requestJob()).toBeUndefined();
  });

  test('knows what GitLab says of it, typed', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab, {
      name: 'fell',
      stage: 'run',
      script: ['up', 'down'],
      after_script: ['rest'],
      tag: true,
      ref: 'v1',
    });
    const { facts } = session;
    expect(session.script).toEqual(['up', 'down']);
    expect(session.afterScript).toEqual(['rest']);
    expect([facts.id, facts.name, facts.stage]).toEqual([job.id, 'fell', 'run']);
    expect(facts.token.reveal()).toBe(job.token);
    expect([facts.ref, facts.refType]).toEqual(['v1', 'tag']);
    expect(facts.sha).toBe(facts.variables.value('CI_COMMIT_SHA'));
    expect(facts.commitMessage).toBe(facts.variables.value('CI_COMMIT_MESSAGE'));
    expect(facts.url).toBe(facts.variables.value('CI_JOB_URL'));
    expect(facts.pipeline).toEqual({
      id: Number(facts.variables.value('CI_PIPELINE_ID')),
      url: facts.variables.value('CI_PIPELINE_URL'),
    });
    expect(facts.project.path).toBe(facts.variables.value('CI_PROJECT_PATH'));
    expect(facts.user.login).toBe(facts.variables.value('GITLAB_USER_LOGIN'));
    expect(facts.git.url.reveal()).toContain(facts.project.path);
  });

  test('succeeds with exactly the log that was written', async () => {
    await using gitlab = await startEmulator();
    const { session, job } = await aRequestedJob(gitlab);
    await session.log.line('first');
    await session.log.write(Buffer.from('second, ä'));
    await session.log.section('third', () => session.log.line('within'), { collapsed: true });
    await session.succeed();
    expect(session.state).toBe('success');
    expect(job.status).toBe('success');
    const { groups } =
      /^first\nsecond, äsection_start:\d+:third\[collapsed=true\]\r\x1b\[0Kwithin\nsection_end:(?<end>\d+):third\r\x1b\[0K$/.exec(
        job.trace,
      ) ?? {};
    expect(groups?.['end']).toBeDefined();
  });

  test('fails with a reason of GitLab’s and an exit code', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    await session.fail('runner_external_dependency_failure', 3);
    expect(job.status).toBe('failed');
    expect(job.failureReason).toBe('runner_external_dependency_failure');
    expect(job.exitCode).toBe(3);
  });

  test('ends once: another end is an error, and so is a line after it', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    await session.succeed();
    await session.succeed();
    await expect(session.fail()).rejects.toThrow('The job has ended already: success.');
    await expect(session.log.line('late')).rejects.toThrow('nothing can be added');
    expect(job.status).toBe('success');
  });

  test('keeps its secrets out of its log, as all other jobs do', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const variables = { PASSWORD: { value: 'open-sesames', masked: true } };
    const { session, job } = await aRequestedJob(gitlab, { variables });
    for (const piece of ['say open-', 'ses', 'ames now\n', 'glpat-0123456789abcdefghij\n']) {
      await session.log.write(piece);
    }
    await session.log.line(Buffer.from('open-sesames').toString('base64'));
    await session.succeed();
    expect(job.trace).toBe('say [MASKED] now\nglpat-[MASKED]\n[MASKED]\n');
  });

  test('hears that it was canceled, and ends as canceled', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    await session.refresh();
    expect(session.isCanceled).toBe(false);
    job.cancel();
    await session.refresh();
    expect(session.isCanceled).toBe(true);
    expect(session.signal.reason).toBe('canceled');
    await session.fail();
    expect(job.status).toBe('canceled');
  });

  test('hears of a cancel by itself, though nothing is written', async () => {
    await using gitlab = await startEmulator({
      settings: { ...AT_ONCE.settings, update_interval_s: 1 },
    });
    const { session, job } = await aRequestedJob(gitlab);
    await session.log.line('waiting');
    await session.flush();
    const aborted = new Promise((resolve) => {
      session.signal.addEventListener('abort', resolve, { once: true });
    });
    job.cancel({ force: true });
    await aborted;
    expect(session.isCanceled).toBe(true);
    await session.succeed();
    expect(job.status).toBe('canceled');
  });

  test('that GitLab has ended otherwise says so to who reports a result', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session } = await aRequestedJob(gitlab);
    const text = session.serialize();
    await session.fail();
    await using other = await JobSession.restore(text);
    await expect(other.succeed()).rejects.toMatchObject({
      code: 'GITLAB_UNAUTHORIZED',
      message: expect.stringContaining('failed') as string,
    });
  });

  test('uploads artifacts, and says what GitLab has against one', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    const files = [{ path: './out/board.txt', data: 'passed' }];
    await session.uploadArtifact(files, { name: 'boards', expireIn: '1 day' });
    await session.uploadArtifact([{ path: 'report.xml', data: '<testsuites/>' }], {
      type: 'junit',
    });
    await expect(session.uploadArtifact([{ path: 'b', data: 'other' }])).rejects.toMatchObject({
      code: 'GITLAB_UNEXPECTED',
    });
    await session.succeed();
    expect(job.artifacts.map(({ file_type, filename }) => [file_type, filename])).toEqual([
      ['archive', 'boards.zip'],
      ['junit', 'report.xml.gz'],
    ]);
    expect(job.artifact()?.expire_in).toBe('1 day');
  });

  test('reads a file of an earlier job’s artifact', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const build = await aRequestedJob(gitlab, { stage: 'build' });
    await build.session.uploadArtifact([{ path: 'out/hello', data: 'hello from build' }]);
    await build.session.succeed();
    const { session } = await aRequestedJob(gitlab, {
      stage: 'test',
      dependencies: [build.job.id],
    });
    const [dependency] = session.dependencies;
    const file = await dependency?.file('out/hello');
    expect(await file?.setEncoding('utf8').toArray()).toEqual(['hello from build']);
  });

  test('that cannot be read fails there, with the reason in its log', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const job = gitlab.job({ payload: { variables: 'none' } });
    await expect(aRunner(gitlab).requestJob()).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
    await job.finished();
    expect(job.failureReason).toBe('runner_system_failure');
    expect(job.trace).toMatch(/^ERROR: Job failed: .*variables/);
  });

  test('with two-phase commit is taken up before its log is sent', async () => {
    await using gitlab = await startEmulator({
      settings: { ...AT_ONCE.settings, two_phase: true },
    });
    const { session, job } = await aRequestedJob(gitlab);
    await session.log.line('mine');
    await session.flush();
    expect(job.status).toBe('running');
    await session.succeed();
    expect(job.trace).toBe('mine\n');
  });
});

describe('a text of a job', () => {
  test('goes on in another session: log, masking and result', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const variables = { PASSWORD: { value: 'open-sesame', masked: true } };
    const { session, job } = await aRequestedJob(gitlab, { variables });
    await session.log.write('before\nopen-');
    const text = session.serialize();
    await session[Symbol.asyncDispose]();
    await using later = await JobSession.restore(text);
    expect(later.facts.variables.value('PASSWORD')).toBe('open-sesame');
    await later.log.write('sesame\nafter\n');
    await later.succeed();
    expect(job.trace).toBe('before\n[MASKED]\nafter\n');
    expect(job.status).toBe('success');
  });

  test('of a job whose result GitLab has not heard yet reports it later', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    gitlab.faults.add({ method: 'PUT', status: 500 });
    const report = session.fail('script_failure', 7);
    await expect
      .poll(() => gitlab.requests.some(({ status }) => status === 500), PATIENTLY)
      .toBe(true);
    const text = session.serialize();
    await session[Symbol.asyncDispose]();
    await expect(report).rejects.toThrow('aborted');
    gitlab.faults.clear();
    await using later = await JobSession.restore(text);
    expect(later.state).toBe('failed');
    await later.fail();
    expect([job.failureReason, job.exitCode]).toEqual(['script_failure', 7]);
  });

  test('holds the token; under a key it holds nothing that can be read', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session, job } = await aRequestedJob(gitlab);
    const key = randomBytes(32);
    expect(session.serialize()).toContain(job.token);
    const sealed = session.serialize({ key });
    expect(sealed).not.toContain(job.token);
    await using later = await JobSession.restore(sealed, { key });
    expect(later.id).toBe(job.id);
    await expect(JobSession.restore(sealed)).rejects.toThrow('it is encrypted; give its key');
    await expect(JobSession.restore(sealed, { key: randomBytes(32) })).rejects.toThrow(
      'encrypted with another key',
    );
    expect(() => session.serialize({ key: randomBytes(8) })).toThrow('at least 32 bytes');
  });

  test('that is none is refused with one clear error, which quotes nothing of it', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session } = await aRequestedJob(gitlab);
    const text = session.serialize();
    const whole = JSON.parse(text) as Record<string, unknown>;
    const bad: readonly (readonly [text: string, problem: string])[] = [
      ['', 'it is no JSON object'],
      [text.slice(0, -1), 'it is no JSON object'],
      ['{}', '`serialize()` did not make it'],
      [aRunner(gitlab).serialize(), 'it is that of a runner'],
      [JSON.stringify({ ...whole, version: 2 }), 'it has version 2'],
      [JSON.stringify({ ...whole, payload: 7 }), 'its payload is no text'],
      [JSON.stringify({ ...whole, payload: '{}' }), 'its payload cannot be read'],
      [JSON.stringify({ ...whole, log: 'AAAA' }), 'its log cannot be read'],
      [JSON.stringify({ ...whole, masking: { raw: '' } }), 'its settledBytes is no number'],
    ];
    for (const [broken, problem] of bad) {
      const error: unknown = await JobSession.restore(broken).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'PAYLOAD_INVALID' });
      expect(String(error)).toContain(problem);
      expect(String(error)).not.toContain('glcbt-');
    }
  });

  test('cannot be restored while GitLab is away, and can be later', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const { session } = await aRequestedJob(gitlab);
    const text = session.serialize();
    gitlab.faults.add({ method: 'PATCH', reset: true });
    await expect(JobSession.restore(text)).rejects.toMatchObject({
      code: 'GITLAB_UNREACHABLE',
      retryable: true,
    });
    gitlab.faults.clear();
    await using later = await JobSession.restore(text);
    expect(later.id).toBe(session.id);
  });
});

describe('a runner by hand', () => {
  test('goes into a text and comes out of it equal, and GitLab is not asked', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const runner = aRunner(gitlab, { info: { version: '7', executor: 'grid' }, systemId: 's_1' });
    const copy = RunnerSession.restore(runner.serialize());
    expect(copy.serialize()).toBe(runner.serialize());
    expect(copy.info).toEqual(runner.info);
    expect(gitlab.requests).toEqual([]);
    gitlab.job();
    await using job = await copy.requestJob();
    expect(job?.id).toBe(1);
    const key = randomBytes(32);
    expect(runner.serialize({ key })).not.toContain(gitlab.runnerToken);
    expect(RunnerSession.restore(runner.serialize({ key }), { key }).systemId).toBe('s_1');
  });

  test('prints without its token', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const runner = aRunner(gitlab);
    expect(String(runner.token) + JSON.stringify(runner)).not.toContain(gitlab.runnerToken);
  });

  test('is told that its token is refused, and the queue stays as it is', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    const job = gitlab.job();
    const stranger = aRunner(gitlab, { token: 'glrt-nobody' });
    await expect(stranger.verify()).rejects.toMatchObject({ code: 'GITLAB_UNAUTHORIZED' });
    await expect(stranger.requestJob()).rejects.toMatchObject({ code: 'GITLAB_UNAUTHORIZED' });
    expect(job.status).toBe('pending');
    await aRunner(gitlab).verify();
  });

  test('passes a server’s trouble on as an error that is worth another try', async () => {
    await using gitlab = await startEmulator(AT_ONCE);
    gitlab.faults.add({ path: 'jobs/request', status: 503, times: 1 });
    await expect(aRunner(gitlab).requestJob()).rejects.toMatchObject({ retryable: true });
  });
});
