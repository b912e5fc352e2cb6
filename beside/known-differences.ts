/** What distinguishes all logs of the two that have it, and is meant to. */
export interface KnownDifference {
  /** Under which the tables refer to it. */
  readonly name: string;
  readonly why: string;
  /** Nearly all logs have it, so that the tables need not name it. */
  readonly isCommon?: boolean;
  /** Returns both logs, first gitlab-runner's, without the difference. */
  readonly reconcile: (theirs: string, ours: string) => readonly [string, string];
}

/** A difference that is taken away by rewriting one of the two logs. */
function inTheirs(pattern: RegExp, instead: string): KnownDifference['reconcile'] {
  return (theirs, ours) => [theirs.replaceAll(pattern, instead), ours];
}

const CLEANUP =
  /section_start:TIME:cleanup_file_variables\\r\\e\[0K\\e\[0K\\e\[36;1m[^\\]*\\e\[0;m\\e\[0;m\nsection_end:TIME:cleanup_file_variables\\r\\e\[0K/g;

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'error line',
    why: 'Up to 17 the line "ERROR: Job failed: …" breaks before its colour\'s end; newer versions, and this, break it after.',
    reconcile: inTheirs(/(ERROR: Job failed: .*)\n\\e\[0;m\n/g, '$1\\e[0;m\n'),
  },
  {
    name: 'line numbers',
    why: "The script around the user's lines is another one, so bash counts from elsewhere.",
    reconcile: (theirs, ours) => [withoutLineNumbers(theirs), withoutLineNumbers(ours)],
  },
  {
    name: 'cleanup shown',
    isCommon: true,
    why: 'Newer versions, and this, show the section "Cleaning up project directory and file based variables" in every log; 17 only where there are file variables. The tables do not name it.',
    reconcile: (theirs, ours) =>
      theirs.includes(':cleanup_file_variables')
        ? [theirs, ours]
        : [theirs, ours.replaceAll(CLEANUP, '')],
  },
  {
    name: 'helper program',
    why: 'gitlab-runner starts a program for each cache, which says first what it is; here none is started.',
    reconcile: inTheirs(/^Runtime platform +\\e\[0;m .*\n/gm, ''),
  },
  {
    name: 'request fields',
    why: "After an upload or a download gitlab-runner shows the answer's status, the host and ten characters of the job's token.",
    reconcile: inTheirs(
      /( (\\e\[[\d;]+m)?(host|status|responseStatus|token)\\e\[0;m=(\d{3} [A-Z]\w+|[\w:-]+))+/g,
      '',
    ),
  },
  {
    name: 'Terminated',
    why: 'When a timeout or a cancel ends a command, bash says so in the log of gitlab-runner; newer versions, and this, keep it quiet.',
    reconcile: inTheirs(/^Terminated\n/gm, ''),
  },
  {
    name: 'order',
    why: 'gitlab-runner reads standard output and standard error apart, so that lines of the one may come before earlier ones of the other; here they have one order.',
    reconcile: (theirs, ours) => (sorted(theirs) === sorted(ours) ? [ours, ours] : [theirs, ours]),
  },
];

function withoutLineNumbers(log: string): string {
  return log.replaceAll(/^(bash: (?:eval: )?line )\d+:/gm, '$1N:');
}

function sorted(log: string): string {
  return log.split('\n').toSorted().join('\n');
}
