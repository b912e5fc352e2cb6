import {
  createRunnerInfo,
  GitLabClient,
  patchTrace,
  requestJob,
  systemClock,
  type Clock,
} from '@fellrunner/core';
import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';

import { JobAcceptance } from '../../src/job-acceptance.ts';
import { identify } from '../../src/received-job.ts';
import { deliverReport } from '../../src/report-delivery.ts';
import { PatchSize } from '../../src/trace/patch-size.ts';
import { Spool } from '../../src/trace/spool.ts';
import { TraceSender } from '../../src/trace/trace-sender.ts';
import { TestFolder } from './test-folder.ts';

/** What GitLab has of the log when the runner begins with it. */
export const AT_GITLAB = 'one\ntwo\nthree\nfour\n';

interface LogLeft {
  /** What lies in the spool. */
  readonly kept: string;
  readonly knownSize?: number;
  readonly clock?: Clock;
}

/** A running job whose log is at GitLab, and as much of it as a runner finds at its start. */
export async function aJobWithLog({ kept, knownSize = 0, clock = systemClock }: LogLeft) {
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
      clock,
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
        clock,
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
