import { fact, script } from '../a-log.ts';
import {
  afterScriptPasses,
  concluded,
  exited,
  failed,
  prepared,
  recorded,
  scriptPasses,
  scriptRuns,
  shell,
  success,
  type RecordedLog,
} from './recorded-log.ts';

const noRoute = { reason: 'stage-failed', stage: 'get_sources', message: 'no route' } as const;
const tooLarge = { reason: 'artifact-upload-failed', entry: 0, message: 'too large' } as const;
const noToken = { reason: 'payload-unreadable', message: 'token: Required' } as const;

/** Jobs that nobody interrupts: they succeed, or fail by themselves. */
export const jobsThatRunThrough: readonly RecordedLog[] = [
  recorded(
    { title: 'a handler that succeeds', outcome: success },
    fact.stepBegins(0),
    fact.stepEnded(0),
  ),
  recorded(
    {
      title: 'a handler whose script fails, and cleans up',
      job: { executor: { cleans: true } },
      outcome: failed(exited),
    },
    fact.stepBegins(0),
    fact.stepEnded(0, exited),
    fact.cleaned(),
  ),
  recorded(
    {
      title: 'a shell job with every stage, and artifacts of a success',
      job: shell,
      outcome: success,
    },
    ...prepared,
    ...scriptPasses,
    ...afterScriptPasses,
    ...concluded,
    fact.uploaded(0),
    fact.skipped(2),
    fact.cleaned(),
  ),
  recorded(
    {
      title: 'a shell job that fails, and artifacts of a failure',
      job: shell,
      outcome: failed(exited),
    },
    ...prepared,
    ...scriptRuns,
    fact.stepEnded(0, exited),
    ...afterScriptPasses,
    ...concluded,
    fact.uploaded(1),
    fact.uploaded(2),
    fact.cleaned('the folder was busy'),
  ),
  recorded(
    {
      title: 'a shell job that cannot get its sources',
      job: shell,
      outcome: failed(noRoute),
    },
    fact.stageBegan('get_sources'),
    fact.stageEnded('get_sources', noRoute),
    ...concluded,
    fact.skipped(1),
    fact.skipped(2),
    fact.cleaned(),
  ),
  recorded(
    {
      title: 'a step that may fail, fails',
      job: {
        steps: [
          { ...script, allowFailure: true },
          { ...script, name: 'release' },
        ],
      },
      outcome: success,
    },
    fact.stepBegins(0),
    fact.stepEnded(0, exited),
    fact.stepBegins(1),
    fact.stepEnded(1),
  ),
  recorded(
    {
      title: 'an artifact that GitLab refuses',
      job: { artifacts: [{ when: 'on_success' }, { when: 'always' }] },
      outcome: failed(tooLarge),
    },
    fact.stepBegins(0),
    fact.stepEnded(0),
    fact.uploadFailed(0),
    fact.uploaded(1),
  ),
  recorded({
    title: 'a payload that cannot be read',
    job: { unreadable: noToken.message, steps: [] },
    outcome: failed(noToken),
  }),
  recorded({ title: 'a job without steps', job: { steps: [] }, outcome: success }),
];
