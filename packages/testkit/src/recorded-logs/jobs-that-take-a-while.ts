import { aLog, fact } from '../a-log.ts';
import {
  afterScriptPasses,
  concluded,
  failed,
  prepared,
  recorded,
  scriptRuns,
  shell,
  success,
  type RecordedLog,
} from './recorded-log.ts';

/** Jobs whose runner was killed meanwhile, and whose report does not get through at once. */
export const jobsThatTakeAWhile: readonly RecordedLog[] = [
  recorded(
    {
      title: 'a resumable handler that is called again, with what it did once',
      outcome: success,
    },
    fact.stepBegins(0),
    fact.once(0, 'submit'),
    fact.once(0, 'upload'),
    fact.resumed(),
    fact.once(0, 'wait'),
    fact.stepEnded(0),
  ),
  recorded(
    {
      title: 'a handler that is not to be called twice',
      job: { executor: { resumable: false, cleans: true } },
      outcome: failed({ reason: 'not-resumable', step: 'script' }),
    },
    fact.stepBegins(0),
    fact.resumed(),
    fact.cleaned(),
  ),
  {
    title: 'a shell job that is taken up three times',
    outcome: success,
    events: aLog(
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
  },
  {
    title: 'a report that waits for its server',
    outcome: success,
    events: aLog(
      {},
      fact.stepBegins(0),
      fact.stepEnded(0),
      fact.finished(success),
      fact.deferred('ECONNREFUSED'),
      fact.deferred('GitLab answers 502'),
      fact.closed(),
    ),
  },
  {
    title: 'a result that GitLab does not want',
    outcome: { status: 'abandoned', httpStatus: 403, jobStatus: 'failed' },
    events: aLog(
      {},
      fact.stepBegins(0),
      fact.stepEnded(0),
      fact.finished(success),
      fact.deferred('GitLab answers 500'),
      fact.abandoned(403, 'failed'),
      fact.closed(403),
    ),
  },
];
