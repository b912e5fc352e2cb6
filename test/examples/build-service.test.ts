import { describe, expect, test, vi, type TestContext } from 'vitest';

import { BuildService, type Build } from '../../examples/build-service/build-service.ts';
import { ExampleRunner } from './support/example-runner.ts';

interface Surroundings {
  readonly runner: ExampleRunner;
  /** The first build that is submitted; nobody works on it but the test. */
  readonly submitted: Promise<Build>;
  readonly service: BuildService;
}

async function setUp({ onTestFinished }: TestContext): Promise<Surroundings> {
  const { promise: submitted, resolve } = Promise.withResolvers<Build>();
  const service = await BuildService.start(resolve);
  onTestFinished(() => service[Symbol.asyncDispose]());
  const env = { BUILD_SERVICE: service.url, POLL_SECONDS: '0.1' };
  const runner = await ExampleRunner.start('build-service', env);
  onTestFinished(() => runner[Symbol.asyncDispose]());
  return { runner, submitted, service };
}

describe.concurrent('a build on the service', () => {
  test('goes on while its runner is killed, is not submitted again, and its log is exact', async (context) => {
    const { runner, submitted, service } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    const build = await submitted;
    build.log += 'unpacking\ncompi';
    await job.until(({ trace }) => trace.endsWith('compi'));
    await runner.kill();
    build.log += 'ling\n';
    runner.start();
    await job.until(({ trace }) => trace.endsWith('compiling\n'));
    build.log += 'packing\n';
    build.state = 'succeeded';
    await job.finished();
    expect(job.status).toBe('success');
    expect(job.trace).toBe('This is build 1.\nunpacking\ncompiling\npacking\n');
    expect(service.builds.map(({ key, packages }) => [key, packages])).toEqual([
      [expect.stringContaining(`/jobs/${job.id}`), ['fellbell']],
    ]);
  });

  test('that fails, fails the job', async (context) => {
    const { runner, submitted } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    (await submitted).state = 'failed';
    await job.finished();
    expect([job.failureReason, job.exitCode]).toEqual(['script_failure', 1]);
  });

  test('that the service no longer knows, fails the job', async (context) => {
    const { runner, submitted, service } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    await submitted;
    service.builds.length = 0;
    await job.finished();
    expect(job.failureReason).toBe('script_failure');
    expect(job.trace).toContain('The build service refused /builds/1?from=0 (404).');
  });

  test('is followed on when the service was away for a while', async (context) => {
    const { runner, submitted, service } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    const build = await submitted;
    service.isAway = true;
    await vi.waitUntil(() => service.turnedAway > 0, { timeout: 30_000 });
    build.log += 'packing\n';
    build.state = 'succeeded';
    service.isAway = false;
    await job.finished();
    expect([job.status, job.trace]).toEqual(['success', 'This is build 1.\npacking\n']);
  });

  test('is canceled with its job', async (context) => {
    const { runner, submitted } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    const build = await submitted;
    await job.until(({ trace }) => trace.includes('build 1'));
    job.cancel();
    await vi.waitUntil(() => build.state === 'canceled', { timeout: 30_000 });
    await job.finished();
    expect(job.status).toBe('canceled');
  });

  test('is canceled by the next runner when its job was canceled while there was none', async (context) => {
    const { runner, submitted } = await setUp(context);
    const job = runner.gitlab.job({ script: ['fellbell'] });
    const build = await submitted;
    await job.until(({ trace }) => trace.includes('build 1'));
    await runner.kill();
    job.cancel({ force: true });
    runner.start();
    const isOver = (): boolean => build.state !== 'building';
    await vi.waitUntil(isOver, { timeout: 30_000 });
    expect([build.state, job.status]).toEqual(['canceled', 'canceled']);
  });
});
