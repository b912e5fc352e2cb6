import { describeFailure, describeLog, describeState, type ObservedJob } from './observed-job.ts';

/** Whether an expectation holds of a job, with the words for a message about it. */
export interface Finding {
  readonly holds: boolean;
  /** Follows "expected it to". */
  readonly wish: string;
  /** Follows "but it". */
  readonly found: string;
}

export function succeeded(job: ObservedJob): Finding {
  return { holds: job.status === 'success', wish: 'have succeeded', found: describeState(job) };
}

export function wasCanceled(job: ObservedJob): Finding {
  return {
    holds: job.status === 'canceled',
    wish: 'have been canceled',
    found: describeState(job),
  };
}

/** An exit code that is left out may be any, or none. */
export function failedWith(job: ObservedJob, reason: string, exitCode?: number): Finding {
  const isSame = exitCode === undefined || job.exitCode === exitCode;
  return {
    holds: job.status === 'failed' && job.failureReason === reason && isSame,
    wish: `have failed with ${describeFailure(reason, exitCode)}`,
    found: describeState(job),
  };
}

/** A text is to be somewhere in the log, as it is. */
export function hasTrace({ trace }: ObservedJob, expected: RegExp | string): Finding {
  const holds = typeof expected === 'string' ? trace.includes(expected) : matches(trace, expected);
  const wish = typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
  return { holds, wish: `have ${wish} in its log`, found: holds ? 'has' : 'has not' };
}

/** A global expression keeps where it was last; here it begins anew. */
function matches(text: string, expected: RegExp): boolean {
  return text.search(expected) >= 0;
}

/** With names, the artifact must have these files and no others, in whatever order. */
export function hasArtifact(
  { artifacts }: ObservedJob,
  type = 'archive',
  names?: readonly string[],
): Finding {
  const artifact = artifacts.find(({ file_type: fileType }) => fileType === type);
  const wish = `have an artifact ${type}${names === undefined ? '' : ` of ${listed(names)}`}`;
  if (artifact === undefined) {
    const types = artifacts.map(({ file_type: fileType }) => fileType);
    return { holds: false, wish, found: `has ${types.length === 0 ? 'none' : listed(types)}` };
  }
  if (names === undefined) return { holds: true, wish, found: 'has one' };
  const there = artifact.names();
  return { holds: listed(there) === listed(names), wish, found: `has one of ${listed(there)}` };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no files' : names.toSorted().join(', ');
}

/** The sentence for a finding that is not the wanted one, and the end of the job's log. */
export function explain(job: ObservedJob, { holds, wish, found }: Finding): string {
  const wanted = holds ? `not to ${wish}` : `to ${wish}`;
  return `Expected job ${job.id} "${job.name}" ${wanted}, but it ${found}.\n\n${describeLog(job)}`;
}
