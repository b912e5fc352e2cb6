import { renameSync, truncateSync } from 'node:fs';

import {
  createRunnerInfo,
  GitLabClient,
  patchTrace,
  requestJob,
  systemClock,
} from '@fellrunner/core';
import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';
import { describe, expect, test, vi } from 'vitest';

import { JobAcceptance } from '../src/job-acceptance.ts';
import { identify } from '../src/received-job.ts';
import { deliverReport } from '../src/report-delivery.ts';
import { Spool } from '../src/trace/spool.ts';
import { PatchSize } from '../src/trace/patch-size.ts';
import { TraceSender } from '../src/trace/trace-sender.ts';
import { TestFolder } from './support/test-folder.ts';

const AT_GITLAB = 'one\ntwo\nthree\nfour\n';

describe('a log of which this machine has lost its end', () => {
  test('goes on behind what GitLab has, after a line that says so', async () => {
    await using left = await aJobWithLog({ kept: 'one\ntwo\n' });
    left.spool.append('ERROR: it ends here\n');
    await left.drain();
    expect(left.job.trace).toBe(
      `${AT_GITLAB}\nWARNING: the runner has lost the last 11 bytes of its copy of this log. ` +
        'What follows may repeat some of them.\nERROR: it ends here\n',
    );
    expect(left.told).toEqual([
      'GitLab has 11 bytes of the log that were lost here; it keeps them',
    ]);
  });

  test('goes on behind it after a further restart, too, without another line', async () => {
    await using left = await aJobWithLog({ kept: 'one\ntwo\n' });
    await left.drain();
    const before = left.job.trace;
    await left.restart('ERROR: it ends here, and with more words than were lost\n');
    expect(left.job.trace).toBe(
      `${before}ERROR: it ends here, and with more words than were lost\n`,
    );
    expect(left.told).toHaveLength(1);
  });

  test('is none where only the answers to what was sent were lost', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    left.gitlab.faults.add({ method: 'PATCH', drop_after: true, times: 1 });
    left.spool.append('five\n');
    await left.sender.touch();
    left.spool.append('six\n');
    await left.drain();
    expect(left.job.trace).toBe(`${AT_GITLAB}five\nsix\n`);
    expect(left.told.filter((it) => it.includes('lost here'))).toEqual([]);
  });

  test('still lets a silent job hear how it stands', async () => {
    await using left = await aJobWithLog({ kept: 'one\n' });
    await left.sender.touch();
    await left.sender.touch();
    expect(left.heard).toEqual(['running']);
  });

  test('says so in place of what GitLab had not got yet, at the same places', async () => {
    await using left = await aJobWithLog({ kept: 'one\n', knownSize: 200 });
    left.spool.append('the end\n');
    await left.drain();
    const [shown = '', end] = left.job.trace.split(AT_GITLAB).at(-1)?.split('\nthe') ?? [];
    expect(shown).toMatch(/^[ a-z'.]*$/);
    expect(end).toBe(' end\n');
    expect(left.job.traceBytes).toHaveLength(200 + 'the end\n'.length);
    expect(left.spool.lostBytes).toBe(196);
  });
});

describe('a log that cannot be read', () => {
  test('is tried again until it can be, and its runner lives on', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    left.spool.append('five\n');
    renameSync(file, `${file}.away`);
    left.sender.grew();
    await vi.waitUntil(() => left.sender.trouble !== undefined, { timeout: 30_000 });
    expect(left.sender.trouble).toMatch(/^the log cannot be read: ENOENT/);
    renameSync(`${file}.away`, file);
    await left.drain();
    expect(left.job.trace).toBe(`${AT_GITLAB}five\n`);
  });

  test('keeps the result waiting until its checksum is known', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    renameSync(file, `${file}.away`);
    const delivered = left.report((why) => {
      left.told.push(why);
      renameSync(`${file}.away`, file);
    });
    expect(await delivered).toMatchObject({ kind: 'delivered', status: 200 });
    expect(left.told).toEqual([expect.stringMatching(/^the log cannot be read: ENOENT/)]);
    expect(left.job.status).toBe('success');
  });

  test('since it was made shorter is told of, and no empty pieces are sent in its place', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    left.spool.append('five\n');
    truncateSync(file, 4);
    const giveUp = new AbortController();
    const told: string[] = [];
    const drained = left.sender.drain(giveUp.signal, (why) => {
      told.push(why);
      giveUp.abort();
    });
    await expect(drained).rejects.toThrow('aborted');
    expect(told).toEqual([`the log in ${file} is shorter than it was`]);
    expect(left.job.trace).toBe(AT_GITLAB);
  });
});

describe('the place of what was lost', () => {
  test.each([
    [1, '\n'],
    [2, '\n\n'],
    [40, '\nWARNING: 40 bytes of this log were los\n'],
    [80, "\nWARNING: 80 bytes of this log were lost on the runner's machine. .............\n"],
  ])('is filled to the byte where %d are missing', async (missing, filling) => {
    using folder = new TestFolder();
    const file = folder.write('spool', 'kept');
    const left = { file, head: undefined, cursor: 4, knownSize: 4 + missing };
    await using spool = await Spool.reopen(left);
    expect(await spool.piece(4, 1000)).toEqual(Buffer.from(filling));
    expect(spool.size).toBe(4 + missing);
  });
});

/** A running job whose log is at GitLab, and as much of it as a runner finds at its start. */
async function aJobWithLog({ kept, knownSize = 0 }: { kept: string; knownSize?: number }) {
  const stack = new AsyncDisposableStack();
  const gitlab = stack.use(await startEmulator());
  const folder = stack.use(new TestFolder());
  const client = stack.use(new GitLabClient({ url: gitlab.url, userAgent: 'a test' }));
  const emulated: EmulatedJob = gitlab.job({ script: ['x'] });
  const runner = { token: gitlab.runnerToken, systemId: 's_x', info: createRunnerInfo(FACTS) };
  const answer = await requestJob(client, runner);
  if (answer.kind !== 'job') throw new Error(`GitLab answers ${answer.kind}.`);
  const { id: jobId, token } = identify(answer.payload);
  const job = { jobId, token };
  await patchTrace(client, { ...job, offset: 0, bytes: Buffer.from(AT_GITLAB) });
  const file = folder.write('spool', kept);
  const told: string[] = [];
  const heard: string[] = [];
  const begin = async (least: number) => {
    const left = { file, head: undefined, cursor: Infinity, knownSize: least };
    const spool = stack.use(await Spool.reopen(left));
    const server = { hasTwoPhases: false };
    const { info } = runner;
    const acceptance = new JobAcceptance({ client, job, info, server });
    const sender = new TraceSender({
      client,
      job,
      spool,
      clock: systemClock,
      debugTrace: false,
      outlivesReboot: true,
      patchSize: new PatchSize(),
      acceptance,
      onTrouble: (trouble) => told.push(trouble),
      onJobStatus: (status) => heard.push(status),
      onGone: () => told.push('gone'),
    });
    const drain = () => sender.drain(new AbortController().signal, (why) => told.push(why));
    const report = (onTrouble: (why: string) => void) =>
      deliverReport({
        client,
        job,
        info,
        spool,
        acceptance,
        onTrouble,
        trace: sender,
        clock: systemClock,
        knownReasons: undefined,
        outcome: { status: 'success' },
        signal: new AbortController().signal,
      });
    return { spool, sender, drain, report };
  };
  return {
    ...(await begin(knownSize)),
    gitlab,
    job: emulated,
    told,
    heard,
    /** Another runner takes the job up, and adds to its log. */
    restart: async (more: string) => {
      const next = await begin(0);
      next.spool.append(more);
      await next.drain();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const FACTS = { version: '1', revision: '2', platform: 'a', architecture: 'b', executor: 'shell' };
