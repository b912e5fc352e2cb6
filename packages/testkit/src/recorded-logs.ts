import type { JobEvent, JobOutcome, ReceivedStep } from '@fellrunner/core';

import { afterScript, aLog, fact, script, type ReceivedWishes } from './a-log.ts';

/** The whole log of one job, and how it ended. */
export interface RecordedLog {
  readonly title: string;
  readonly events: readonly JobEvent[];
  readonly outcome: JobOutcome;
}

const success: JobOutcome = { status: 'success' };
const canceled: JobOutcome = { status: 'canceled' };
const timedOut: JobOutcome = {
  status: 'failed',
  failure: { reason: 'job-timed-out', limitMs: 3600_000 },
};
const exitedOne = { reason: 'step-exited', step: 'script', exitCode: 1 } as const;
const exited: JobOutcome = { status: 'failed', failure: exitedOne };

const twoSteps: ReceivedWishes = { steps: [script, afterScript] };
const limitedStep: ReceivedStep = { ...script, timeoutMs: 60_000 };
const shell: ReceivedWishes = {
  ...twoSteps,
  executor: {
    module: 'file:///usr/lib/fellrunner/shell.ts',
    name: 'shell',
    isolation: 'shared',
    cleans: true,
    preparation: ['get_sources', 'restore_cache', 'download_artifacts'],
    conclusion: ['archive_cache'],
  },
  artifacts: [{ when: 'on_success' }, { when: 'on_failure' }, { when: 'always' }],
};
const prepared = ['get_sources', 'restore_cache', 'download_artifacts'].flatMap((stage) => [
  fact.stageBegan(stage),
  fact.stageEnded(stage),
]);
const scriptRuns = [fact.stepBegins(0), fact.stepClaimed(0)];
const scriptPasses = [...scriptRuns, fact.stepEnded(0)];
const afterScriptPasses = [fact.stepBegins(1), fact.stepClaimed(1), fact.stepEnded(1)];
const concluded = [fact.stageBegan('archive_cache'), fact.stageEnded('archive_cache')];
const ends = (outcome: JobOutcome, httpStatus = 200) => [
  fact.finished(outcome),
  fact.closed(httpStatus),
];

const logs: readonly [string, JobOutcome, readonly JobEvent[]][] = [
  [
    'a handler that succeeds',
    success,
    aLog({}, fact.stepBegins(0), fact.stepEnded(0), ...ends(success)),
  ],
  [
    'a handler whose script fails, and cleans up',
    exited,
    aLog(
      { executor: { cleans: true } },
      fact.stepBegins(0),
      fact.stepEnded(0, exitedOne),
      fact.cleaned(),
      ...ends(exited),
    ),
  ],
  [
    'a shell job with every stage, and artifacts of a success',
    success,
    aLog(
      shell,
      ...prepared,
      ...scriptPasses,
      ...afterScriptPasses,
      ...concluded,
      fact.uploaded(0),
      fact.skipped(2),
      fact.cleaned(),
      ...ends(success),
    ),
  ],
  [
    'a shell job that fails, and artifacts of a failure',
    exited,
    aLog(
      shell,
      ...prepared,
      ...scriptRuns,
      fact.stepEnded(0, exitedOne),
      ...afterScriptPasses,
      ...concluded,
      fact.uploaded(1),
      fact.uploaded(2),
      fact.cleaned('the folder was busy'),
      ...ends(exited),
    ),
  ],
  sourcesMissing(),
  [
    'a step that may fail, fails',
    success,
    aLog(
      {
        steps: [
          { ...script, allowFailure: true },
          { ...script, name: 'release' },
        ],
      },
      fact.stepBegins(0),
      fact.stepEnded(0, exitedOne),
      fact.stepBegins(1),
      fact.stepEnded(1),
      ...ends(success),
    ),
  ],
  [
    'a cancel while the script runs lets after_script run',
    canceled,
    aLog(
      twoSteps,
      ...scriptRuns,
      fact.cancelRequested(),
      fact.stepEnded(0, { reason: 'step-exited', step: 'script', exitCode: 143 }),
      ...afterScriptPasses,
      ...ends(canceled),
    ),
  ],
  [
    'a cancel before anything ran',
    canceled,
    aLog(shell, fact.cancelRequested(), ...ends(canceled)),
  ],
  [
    'a cancel while the sources are fetched',
    canceled,
    aLog(
      shell,
      fact.stageBegan('get_sources'),
      fact.cancelRequested(),
      fact.stageEnded('get_sources'),
      fact.cleaned(),
      ...ends(canceled),
    ),
  ],
  [
    'a cancel while after_script runs, which runs on',
    canceled,
    aLog(
      twoSteps,
      ...scriptPasses,
      fact.stepBegins(1),
      fact.cancelRequested(),
      fact.stepEnded(1),
      ...ends(canceled),
    ),
  ],
  [
    'a cancel by force',
    canceled,
    aLog(
      twoSteps,
      ...scriptRuns,
      fact.abandoned(403, 'canceled'),
      fact.stepEnded(0),
      ...ends(canceled, 403),
    ),
  ],
  [
    'a job that takes too long',
    timedOut,
    aLog(
      twoSteps,
      ...scriptRuns,
      fact.timedOut('job'),
      fact.stepEnded(0),
      ...afterScriptPasses,
      ...ends(timedOut),
    ),
  ],
  [
    'a job that takes too long, and its after_script too',
    timedOut,
    aLog(
      shell,
      ...prepared,
      ...scriptRuns,
      fact.timedOut('job'),
      fact.stepEnded(0),
      fact.stepBegins(1),
      fact.timedOut('grace'),
      fact.stepEnded(1),
      fact.cleaned(),
      ...ends(timedOut),
    ),
  ],
  stepTooLong(),
  [
    'a job that GitLab took away',
    { status: 'abandoned', httpStatus: 404 },
    aLog(
      {},
      fact.stepBegins(0),
      fact.abandoned(404),
      fact.stepEnded(0),
      ...ends({ status: 'abandoned', httpStatus: 404 }, 404),
    ),
  ],
  [
    'a result that GitLab does not want',
    { status: 'abandoned', httpStatus: 403, jobStatus: 'failed' },
    aLog(
      {},
      fact.stepBegins(0),
      fact.stepEnded(0),
      fact.finished(success),
      fact.deferred('GitLab answers 500'),
      fact.abandoned(403, 'failed'),
      fact.closed(403),
    ),
  ],
  interrupted(),
  [
    'a resumable handler that is called again, with what it did once',
    success,
    aLog(
      {},
      fact.stepBegins(0),
      fact.once(0, 'submit'),
      fact.once(0, 'upload'),
      fact.resumed(),
      fact.once(0, 'wait'),
      fact.stepEnded(0),
      ...ends(success),
    ),
  ],
  notResumable(),
  [
    'a shell job that is taken up three times',
    success,
    aLog(
      shell,
      fact.resumed(),
      ...prepared,
      ...scriptRuns,
      fact.resumed(),
      fact.stepEnded(0),
      ...afterScriptPasses,
      ...concluded,
      fact.uploaded(0),
      fact.skipped(2),
      fact.cleaned(),
      fact.finished(success),
      fact.resumed(),
      fact.closed(),
    ),
  ],
  artifactRefused(),
  unreadable(),
  ['a job without steps', success, aLog({ steps: [] }, ...ends(success))],
  [
    'a report that waits for its server',
    success,
    aLog(
      {},
      fact.stepBegins(0),
      fact.stepEnded(0),
      fact.finished(success),
      fact.deferred('ECONNREFUSED'),
      fact.deferred('GitLab answers 502'),
      fact.closed(),
    ),
  ],
];

/** A log of every kind of job, from `job.received` to `job.closed`. */
export const recordedLogs: readonly RecordedLog[] = logs.map(([title, outcome, events]) => ({
  title,
  outcome,
  events,
}));

function sourcesMissing(): (typeof logs)[number] {
  const failure = { reason: 'stage-failed', stage: 'get_sources', message: 'no route' } as const;
  const outcome: JobOutcome = { status: 'failed', failure };
  const events = aLog(
    shell,
    fact.stageBegan('get_sources'),
    fact.stageEnded('get_sources', failure),
    ...concluded,
    fact.skipped(1),
    fact.skipped(2),
    fact.cleaned(),
    ...ends(outcome),
  );
  return ['a shell job that cannot get its sources', outcome, events];
}

function stepTooLong(): (typeof logs)[number] {
  const failure = { reason: 'step-timed-out', step: 'script', limitMs: 60_000 } as const;
  const outcome: JobOutcome = { status: 'failed', failure };
  const events = aLog(
    { steps: [limitedStep, afterScript] },
    ...scriptRuns,
    fact.timedOut('step', 60_000),
    fact.stepEnded(0),
    ...afterScriptPasses,
    ...ends(outcome),
  );
  return ['a step that takes too long', outcome, events];
}

function interrupted(): (typeof logs)[number] {
  const outcome: JobOutcome = { status: 'failed', failure: { reason: 'runner-shutdown' } };
  const events = aLog(
    { executor: { cleans: true } },
    fact.stepBegins(0),
    fact.interrupted(),
    fact.stepEnded(0),
    fact.cleaned(),
    ...ends(outcome),
  );
  return ['a runner that is told to end its jobs', outcome, events];
}

function notResumable(): (typeof logs)[number] {
  const outcome: JobOutcome = {
    status: 'failed',
    failure: { reason: 'not-resumable', step: 'script' },
  };
  const events = aLog(
    { executor: { resumable: false, cleans: true } },
    fact.stepBegins(0),
    fact.resumed(),
    fact.cleaned(),
    ...ends(outcome),
  );
  return ['a handler that is not to be called twice', outcome, events];
}

function artifactRefused(): (typeof logs)[number] {
  const failure = { reason: 'artifact-upload-failed', entry: 0, message: 'too large' } as const;
  const outcome: JobOutcome = { status: 'failed', failure };
  const events = aLog(
    { artifacts: [{ when: 'on_success' }, { when: 'always' }] },
    fact.stepBegins(0),
    fact.stepEnded(0),
    fact.uploadFailed(0),
    fact.uploaded(1),
    ...ends(outcome),
  );
  return ['an artifact that GitLab refuses', outcome, events];
}

function unreadable(): (typeof logs)[number] {
  const failure = { reason: 'payload-unreadable', message: 'token: Required' } as const;
  const outcome: JobOutcome = { status: 'failed', failure };
  return [
    'a payload that cannot be read',
    outcome,
    aLog({ unreadable: failure.message, steps: [] }, ...ends(outcome)),
  ];
}
