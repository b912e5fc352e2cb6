import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { endlessHandler, handlerUntil, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

const QUICK = "export default { async step(ctx) { await ctx.log.line('hello'); } };";

async function setup() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(new TempFolder());
  const gitlab = stack.use(await startEmulator());
  const dispose = (): Promise<void> => stack.disposeAsync();
  return { folder, gitlab, [Symbol.asyncDispose]: dispose };
}

describe('--max-jobs', () => {
  it('ends with 0 once so many jobs are reported, failed ones too, and leaves the others', async () => {
    await using world = await setup();
    const { gitlab } = world;
    const jobs = gitlab.jobs({ count: 3 });
    const handler = `export default { step(ctx) { if (ctx.job.id === ${jobs[0]?.id}) ctx.fail('script_failure', 3); } };`;
    await using runner = await startRunner({ ...world, handler, more: ['--max-jobs', '2'] });
    const { exitCode, stdout } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    expect(jobs.map(({ status }) => status)).toEqual(['failed', 'success', 'pending']);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends an idle runner with 0', async () => {
    await using world = await setup();
    await using runner = await startRunner({ ...world, handler: QUICK });
    runner.send(signal);
    const { exitCode, stdout } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
  });

  it('leaves a job that can go on to the next start', async () => {
    await using world = await setup();
    const job = world.gitlab.job({});
    const handler = endlessHandler({ resumable: true });
    await using runner = await startRunner({ ...world, handler });
    await runner.log(/job received/);
    runner.send(signal);
    const { exitCode, stderr } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('stopping mode=detach jobs=1');
    expect(job.status).toBe('running');
    await using next = await startRunner({ ...world, handler: QUICK, more: ['--max-jobs', '0'] });
    expect((await next.ended).exitCode).toBe(0);
    expect(job.status).toBe('success');
  });

  it('the second time leaves at once, with the number of the signal', async () => {
    await using world = await setup();
    world.gitlab.job({});
    const handler = endlessHandler({ resumable: false });
    await using runner = await startRunner({ ...world, handler });
    await runner.log(/job received/);
    runner.send(signal);
    await runner.log(/stopping mode=drain/);
    runner.send(signal);
    const { exitCode } = await runner.ended;
    expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
  });
});

describe('a job that cannot go on elsewhere', () => {
  it('is waited for, and ended when the time to stop is over', async () => {
    await using world = await setup();
    const job = world.gitlab.job({});
    const handler = endlessHandler({ resumable: false });
    const more = ['--shutdown-timeout', '0.5'];
    await using runner = await startRunner({ ...world, handler, more });
    await runner.log(/job received/);
    runner.send('SIGTERM');
    const { exitCode } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(job.status).toBe('failed');
    expect(job.failureReason).toBe('runner_interrupted');
  });
});

describe('--on-stop abort', () => {
  it('ends the jobs and tells GitLab, though they could go on', async () => {
    await using world = await setup();
    const job = world.gitlab.job({});
    const handler = endlessHandler({ resumable: true });
    await using runner = await startRunner({ ...world, handler, more: ['--on-stop', 'abort'] });
    await runner.log(/job received/);
    runner.send('SIGTERM');
    const { exitCode } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(job.failureReason).toBe('runner_interrupted');
  });
});

describe('SIGQUIT', () => {
  it('finishes what runs, and asks for nothing more', async () => {
    await using world = await setup();
    const { folder, gitlab } = world;
    const first = gitlab.job({});
    const handler = handlerUntil(folder.file('go'));
    await using runner = await startRunner({ ...world, handler });
    await runner.log(/job received/);
    runner.send('SIGQUIT');
    await runner.log(/stopping mode=drain jobs=1/);
    const second = gitlab.job({});
    folder.write('go', '');
    const { exitCode } = await runner.ended;
    expect(exitCode).toBe(0);
    expect(first.status).toBe('success');
    expect(second.status).toBe('pending');
  });
});

describe('SIGHUP', () => {
  it('does nothing to a runner without a configuration file', async () => {
    await using world = await setup();
    await using runner = await startRunner({ ...world, handler: QUICK, more: ['--max-jobs', '1'] });
    runner.send('SIGHUP');
    const job = world.gitlab.job({});
    expect((await runner.ended).exitCode).toBe(0);
    expect(job.status).toBe('success');
  });
});

describe('a start that finds unfinished jobs', () => {
  it('goes on with them though GitLab refuses the runner', async () => {
    await using world = await setup();
    const job = world.gitlab.job({});
    const handler = endlessHandler({ resumable: true });
    await using runner = await startRunner({ ...world, handler });
    await runner.log(/job received/);
    runner.send('SIGKILL');
    await runner.ended;
    world.gitlab.faults.add({ path: 'runners/verify|jobs/request', status: 403 });
    await using next = await startRunner({ ...world, handler: QUICK });
    await next.log(/job success/);
    await next.log(/refuses the runner token/);
    next.send('SIGTERM');
    expect((await next.ended).exitCode).toBe(0);
    expect(job.trace).toContain('hello');
  });
});
