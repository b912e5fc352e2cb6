import { afterScript, fact, script } from '../a-log.ts';
import {
  afterScriptPasses,
  canceled,
  failed,
  prepared,
  recorded,
  scriptPasses,
  scriptRuns,
  shell,
  twoSteps,
  type RecordedLog,
} from './recorded-log.ts';

const jobTimedOut = { reason: 'job-timed-out', limitMs: 3600_000 } as const;
const stepTimedOut = { reason: 'step-timed-out', step: 'script', limitMs: 60_000 } as const;

/** Jobs that somebody cancels, whose time is over, that GitLab takes away or the runner ends. */
export const jobsThatAreCutShort: readonly RecordedLog[] = [
  recorded(
    {
      title: 'a cancel while the script runs lets after_script run',
      job: twoSteps,
      outcome: canceled,
    },
    ...scriptRuns,
    fact.cancelRequested(),
    fact.stepEnded(0, { reason: 'step-exited', step: 'script', exitCode: 143 }),
    ...afterScriptPasses,
  ),
  recorded(
    { title: 'a cancel before anything ran', job: shell, outcome: canceled },
    fact.cancelRequested(),
  ),
  recorded(
    { title: 'a cancel while the sources are fetched', job: shell, outcome: canceled },
    fact.stageBegan('get_sources'),
    fact.cancelRequested(),
    fact.stageEnded('get_sources'),
    fact.cleaned(),
  ),
  recorded(
    {
      title: 'a cancel while after_script runs, which runs on',
      job: twoSteps,
      outcome: canceled,
    },
    ...scriptPasses,
    fact.stepBegins(1),
    fact.cancelRequested(),
    fact.stepEnded(1),
  ),
  recorded(
    { title: 'a cancel by force', job: twoSteps, outcome: canceled, httpStatus: 403 },
    ...scriptRuns,
    fact.abandoned(403, 'canceled'),
    fact.stepEnded(0),
  ),
  recorded(
    { title: 'a job that takes too long', job: twoSteps, outcome: failed(jobTimedOut) },
    ...scriptRuns,
    fact.timedOut('job'),
    fact.stepEnded(0),
    ...afterScriptPasses,
  ),
  recorded(
    {
      title: 'a job that takes too long, and its after_script too',
      job: shell,
      outcome: failed(jobTimedOut),
    },
    ...prepared,
    ...scriptRuns,
    fact.timedOut('job'),
    fact.stepEnded(0),
    fact.stepBegins(1),
    fact.timedOut('grace'),
    fact.stepEnded(1),
    fact.cleaned(),
  ),
  recorded(
    {
      title: 'a step that takes too long',
      job: { steps: [{ ...script, timeoutMs: 60_000 }, afterScript] },
      outcome: failed(stepTimedOut),
    },
    ...scriptRuns,
    fact.timedOut('step', 60_000),
    fact.stepEnded(0),
    ...afterScriptPasses,
  ),
  recorded(
    {
      title: 'a job that GitLab took away',
      outcome: { status: 'abandoned', httpStatus: 404 },
      httpStatus: 404,
    },
    fact.stepBegins(0),
    fact.abandoned(404),
    fact.stepEnded(0),
  ),
  recorded(
    {
      title: 'a runner that is told to end its jobs',
      job: { executor: { cleans: true } },
      outcome: failed({ reason: 'runner-shutdown' }),
    },
    fact.stepBegins(0),
    fact.interrupted(),
    fact.stepEnded(0),
    fact.cleaned(),
  ),
];
