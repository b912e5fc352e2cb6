// What the tests of gitlab_runner_api promise its users and GitLab still allows, promised here as
// well. The rest of its scenarios is in job-session.test.ts, and those of its fake server are the
// emulator's.
import { inspect } from 'node:util';

import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { JobSession, RunnerSession } from '../src/index.ts';
import { aRequestedJob, aRunner } from './support/requested-job.ts';

test.each([
  'unknown_failure',
  'script_failure',
  'api_failure',
  'stuck_or_timeout_failure',
  'runner_system_failure',
  'missing_dependency_failure',
])('a job that fails with %s fails so at GitLab', async (reason) => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  await session.fail(reason);
  expect([job.status, job.failureReason, session.state]).toEqual(['failed', reason, 'failed']);
});

test('a reason that GitLab does not know becomes one that it knows', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  await session.fail('the_grid_is_down');
  expect(job.failureReason).toBe('unknown_failure');
});

test.each(['succeed', 'fail'] as const)(
  'to %s a job that GitLab took away is refused, and says so',
  async (end) => {
    await using gitlab = await startEmulator();
    const { session, job } = await aRequestedJob(gitlab);
    job.erase();
    await expect(session[end]()).rejects.toMatchObject({ code: 'GITLAB_UNAUTHORIZED' });
    expect(session.signal.aborted).toBe(true);
    expect(job.status).toBe('running');
  },
);

test('the result brings what was not sent of the log', async () => {
  await using gitlab = await startEmulator();
  const { session, job } = await aRequestedJob(gitlab);
  const line = 'all printable: äöü 🏃 \x1b[31mred\x1b[0m\t"\\\n';
  for (let n = 0; n < 100; n += 1) void session.log.write(line);
  await session.fail();
  expect(job.trace).toBe(line.repeat(100));
});

test('a log of a megabyte survives a server that fails in the middle of it', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  const part = 'ä'.repeat(64 * 1024);
  gitlab.faults.add({ method: 'PATCH', status: 502, times: 2 });
  for (let n = 0; n < 8; n += 1) await session.log.line(part);
  await session.succeed();
  expect(job.trace).toBe(`${part}\n`.repeat(8));
});

test('a job has the variables that GitLab sent, each once, and none of our own', async () => {
  await using gitlab = await startEmulator();
  const { session } = await aRequestedJob(gitlab, { variables: { MINE: 'yes' } });
  const text = JSON.parse(session.serialize()) as { payload: string };
  const { variables } = JSON.parse(text.payload) as { variables: readonly { key: string }[] };
  const keys = [...session.facts.variables].map(({ key }) => key);
  expect(keys.toSorted()).toEqual([...new Set(variables.map(({ key }) => key))].toSorted());
  expect(session.facts.variables.value('MINE')).toBe('yes');
});

test('runners and jobs are equal as texts when they are the same, and differ when not', async () => {
  await using gitlab = await startEmulator();
  const one = aRunner(gitlab, { systemId: 's_1' });
  const other = aRunner(gitlab, { systemId: 's_2' });
  expect(RunnerSession.restore(one.serialize()).serialize()).toBe(one.serialize());
  expect(one.serialize()).not.toBe(other.serialize());
  const { session } = await aRequestedJob(gitlab);
  await session.log.line('text');
  await using copy = await JobSession.restore(session.serialize());
  expect(copy.serialize()).toBe(session.serialize());
});

test('neither a runner nor a job prints its token', async () => {
  await using gitlab = await startEmulator();
  const { session, job } = await aRequestedJob(gitlab);
  const printed = inspect([aRunner(gitlab), session], { depth: 9 }) + JSON.stringify(session);
  expect(printed).not.toContain(gitlab.runnerToken);
  expect(printed).not.toContain(job.token);
});
