import type { JobEvent, JobFailure } from '@fellrunner/core';

const at = 1_767_268_800_000;

/**
 * Every event and failure that a released version has written, with all of their fields. Stores in
 * the field hold these words, so none is ever changed or removed here: the compiler then says
 * which of them the code does not know any more. New ones are added.
 */
export const frozenEvents = [
  {
    type: 'job.received',
    at,
    data: {
      gitlabId: 1,
      url: 'https://gitlab.test',
      tls: { caFile: '/ca.pem', certFile: '/cert.pem', keyFile: '/key.pem' },
      runner: 'runner',
      name: 'test',
      stage: 'test',
      project: 'group/project',
      timeoutMs: 3600_000,
      slot: 0,
      steps: [{ name: 'script', when: 'on_success', allowFailure: false, timeoutMs: 60_000 }],
      artifacts: [{ when: 'on_success' }, { when: 'on_failure' }, { when: 'always' }],
      executor: {
        module: 'file:///shell.js',
        options: {},
        name: 'shell',
        isolation: 'shared',
        resumable: true,
        cleans: true,
        preparation: ['get_sources'],
        conclusion: ['archive_cache'],
      },
      unreadable: 'token: Required',
    },
  },
  { type: 'stage.started', at, data: { stage: 'get_sources' } },
  {
    type: 'stage.finished',
    at,
    data: {
      stage: 'get_sources',
      spoolSize: 1,
      failure: { reason: 'stage-failed', stage: 'get_sources', message: 'no route' },
    },
  },
  { type: 'step.starting', at, data: { step: 0, spoolOffset: 1, maskerVersion: 1 } },
  { type: 'step.started', at, data: { step: 0, pid: 7 } },
  { type: 'once.committed', at, data: { step: 0, key: 'submit', spoolOffset: 1 } },
  {
    type: 'step.finished',
    at,
    data: {
      step: 0,
      spoolSize: 1,
      failure: { reason: 'step-exited', step: 'script', exitCode: 1 },
    },
  },
  { type: 'job.resumed', at, data: { runnerVersion: '0.1.0' } },
  { type: 'job.cancel-requested', at, data: {} },
  { type: 'job.timed-out', at, data: { scope: 'job', limitMs: 1 } },
  { type: 'job.timed-out', at, data: { scope: 'step', limitMs: 1 } },
  { type: 'job.timed-out', at, data: { scope: 'grace', limitMs: 1 } },
  { type: 'job.interrupted', at, data: {} },
  { type: 'job.abandoned', at, data: { httpStatus: 403, jobStatus: 'canceled' } },
  { type: 'artifact.uploaded', at, data: { entry: 0, bytes: 1, spoolSize: 1 } },
  { type: 'artifact.skipped', at, data: { entry: 0, spoolSize: 1 } },
  {
    type: 'artifact.failed',
    at,
    data: {
      entry: 0,
      failure: { reason: 'artifact-upload-failed', entry: 0, message: 'too large' },
      spoolSize: 1,
    },
  },
  { type: 'cleanup.finished', at, data: { error: 'busy', spoolSize: 1 } },
  { type: 'job.finished', at, data: { outcome: { status: 'success' }, spoolSize: 1 } },
  { type: 'job.finished', at, data: { outcome: { status: 'canceled' }, spoolSize: 1 } },
  {
    type: 'job.finished',
    at,
    data: {
      outcome: { status: 'abandoned', httpStatus: 403, jobStatus: 'failed' },
      spoolSize: 1,
    },
  },
  {
    type: 'job.finished',
    at,
    data: { outcome: { status: 'failed', failure: { reason: 'runner-shutdown' } }, spoolSize: 1 },
  },
  { type: 'report.deferred', at, data: { why: 'ECONNREFUSED' } },
  { type: 'job.closed', at, data: { httpStatus: 200, traceBytes: 1, traceChecksum: 'crc32:0' } },
] as const satisfies readonly JobEvent[];

/** Failures lie in events, and so are as frozen. */
export const frozenFailures = [
  { reason: 'step-exited', step: 'script', exitCode: 1 },
  {
    reason: 'step-failed',
    step: 'script',
    message: 'no',
    exitCode: 1,
    failureReason: 'script_failure',
  },
  { reason: 'stage-failed', stage: 'get_sources', message: 'no route' },
  { reason: 'dependency-missing', message: 'gone' },
  { reason: 'job-timed-out', limitMs: 1 },
  { reason: 'step-timed-out', step: 'script', limitMs: 1 },
  { reason: 'worker-crashed', how: 'exited', message: 'why' },
  { reason: 'worker-crashed', how: 'out-of-memory', message: 'why' },
  { reason: 'worker-crashed', how: 'unhandled-rejection', message: 'why' },
  { reason: 'worker-crashed', how: 'uncaught-exception', message: 'why' },
  { reason: 'worker-crashed', how: 'unresponsive', message: 'why' },
  { reason: 'worker-crashed', how: 'killed', message: 'why' },
  { reason: 'neighbor-crashed', neighbor: '7', message: 'why' },
  { reason: 'process-lost', step: 'script', message: 'why' },
  { reason: 'output-too-large', limitBytes: 1 },
  { reason: 'artifact-upload-failed', entry: 0, message: 'too large' },
  { reason: 'not-resumable', step: 'script' },
  { reason: 'once-not-replayed', keys: ['submit'] },
  { reason: 'handler-unusable', message: 'why' },
  { reason: 'payload-unreadable', message: 'why' },
  { reason: 'runner-shutdown' },
  { reason: 'runner-failed', message: 'why' },
] as const satisfies readonly JobFailure[];
