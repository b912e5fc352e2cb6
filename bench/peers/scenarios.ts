import {
  official,
  oursWithHandler,
  oursWithShell,
  rustCrate,
  type Contestant,
  type Programs,
} from './contestant.ts';

const GIB = String(2 ** 30);
const ONCE_A_SECOND = { name: 'check_interval 1', checkIntervalS: 1 };

/** A column: a figure of the coordinator, turned into the unit of its heading. */
export interface Column {
  readonly heading: string;
  readonly figure: string;
  /** `job`: divided by the number of jobs. */
  readonly per?: 'job';
  readonly times?: number;
}

/** Work that is the same for all who can do it. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly options: readonly string[];
  readonly shortOptions: readonly string[];
  readonly columns: readonly Column[];
  readonly contestants: (programs: Programs) => readonly Contestant[];
  /** All at the same time, not in turn: where they mostly wait, and that for long. */
  readonly isSideBySide?: boolean;
}

const CPU_S = { heading: 'CPU, s', figure: 'cpu_s' };
const CPU_A_JOB = { heading: 'CPU a job, ms', figure: 'cpu_s', per: 'job', times: 1000 } as const;
const MEMORY = { heading: 'most RSS, MB', figure: 'rss_root_peak_mb' };
const JOBS_PER_S = { heading: 'jobs/s', figure: 'jobs_per_s' };
const FIRST_SIGN = [
  { heading: 'first sign p50, ms', figure: 'first_sign_p50_ms' },
  { heading: 'p95, ms', figure: 'first_sign_p95_ms' },
];
const REQUESTS = { heading: 'requests', figure: 'requests' };
/** The interval is GitLab's for jobs at whose log nobody looks. */
const WAIT = '--scenario wait --jobs 1000 --concurrency 1000 --update-interval 60'.split(' ');
const HELD = '--scenario latency --jobs 8 --min-gap 300ms --max-gap 900ms --long-poll 50s'.split(
  ' ',
);
/** Runners that ask at fixed intervals fall into step with short pauses. */
const NOT_HELD = '--scenario latency --jobs 12 --min-gap 20s --max-gap 60s'.split(' ');

export const scenarios: readonly Scenario[] = [
  {
    name: 'noop',
    about: '5,000 jobs that print one line, 16 at once',
    options: ['--scenario', 'noop', '--jobs', '5000', '--concurrency', '16', '--warmup', '50'],
    shortOptions: ['--jobs', '500'],
    columns: [JOBS_PER_S, CPU_A_JOB, MEMORY, { heading: 'job p95, ms', figure: 'job_p95_ms' }],
    contestants: (programs) => [
      ...oursWithHandler(programs, 'prints-shared', 'fellrunner, handler, shared threads'),
      ...oursWithHandler(programs, 'prints', 'fellrunner, handler, a thread each'),
      ...rustCrate(programs, 'noop'),
    ],
  },
  {
    name: 'shell',
    about: 'jobs whose script is `true`, 8 at once (200; 40 where 200 take more than a minute)',
    options: ['--scenario', 'shell', '--jobs', '200', '--concurrency', '8', '--warmup', '8'],
    shortOptions: ['--jobs', '24'],
    columns: [JOBS_PER_S, CPU_A_JOB, MEMORY, { heading: 'job p50, ms', figure: 'job_p50_ms' }],
    contestants: (programs) => [
      ...oursWithShell(programs),
      ...official(programs, {
        ...ONCE_A_SECOND,
        name: '16 entries, check_interval 1',
        entries: 16,
      }),
      ...official(programs, { name: 'as it comes', options: ['--jobs', '40', '--warmup', '1'] }),
    ],
  },
  {
    name: 'trace',
    about: 'one job prints 1 GiB, 20 masked variables',
    options: ['--scenario', 'trace', '--size', GIB, '--concurrency', '1'],
    shortOptions: ['--size', String(2 ** 26)],
    columns: [
      { heading: 'MB/s until finished', figure: 'log_mb_s_until_finished' },
      { heading: 'half the log after, s', figure: 'half_log_s' },
      CPU_S,
      MEMORY,
    ],
    contestants: (programs) => [
      ...oursWithShell(programs),
      ...official(programs, ONCE_A_SECOND),
      ...official(programs, { ...ONCE_A_SECOND, name: 'no time stamps', timestamps: false }),
      ...rustCrate(programs, 'trace'),
    ],
  },
  {
    name: 'live',
    about: 'one job prints 2 MB/s for 15 s: how far the log at the server is behind',
    options: ['--scenario', 'live', '--span', '15s', '--concurrency', '1'],
    shortOptions: ['--span', '5s'],
    columns: [
      { heading: 'lag p50, s', figure: 'lag_p50_s' },
      { heading: 'lag p95, s', figure: 'lag_p95_s' },
      { heading: 'PATCHes/s', figure: 'patches_per_s' },
    ],
    contestants: (programs) => [...oursWithShell(programs), ...official(programs, ONCE_A_SECOND)],
  },
  {
    name: 'artifact',
    about: 'one job uploads 1 GiB in 16 files, half noise, half text',
    options: ['--scenario', 'artifact', '--size', GIB, '--concurrency', '1'],
    shortOptions: ['--size', String(2 ** 26)],
    columns: [
      { heading: 'the whole job, s', figure: 'job_s' },
      CPU_S,
      MEMORY,
      { heading: 'sent, MB', figure: 'artifact_bytes', times: 1e-6 },
    ],
    contestants: (programs) => [
      ...oursWithShell(programs),
      ...official(programs, ONCE_A_SECOND),
      // It makes files of its own, as large: with a script of its own nobody looks at their names.
      ...rustCrate(programs, 'artifact', ['--script', 'own files']),
    ],
  },
  {
    name: 'latency-held',
    about: 'an idle runner, whose request the server holds for 50 s',
    options: HELD,
    shortOptions: ['--jobs', '3'],
    columns: FIRST_SIGN,
    contestants: (programs) => [
      ...oursWithShell(programs),
      ...oursWithHandler(programs, 'prints', 'fellrunner, handler'),
      ...official(programs, ONCE_A_SECOND),
      ...official(programs, { name: 'as it comes' }),
    ],
  },
  {
    name: 'latency',
    about:
      'idle runners side by side, whose requests are answered at once; 12 jobs, 20 to 60 s apart',
    options: NOT_HELD,
    shortOptions: ['--jobs', '3', '--min-gap', '2s', '--max-gap', '6s'],
    columns: [...FIRST_SIGN, REQUESTS],
    isSideBySide: true,
    contestants: (programs) => [
      ...oursWithHandler(programs, 'prints', 'fellrunner, handler'),
      ...oursWithShell(programs),
      ...oursWithHandler(programs, 'prints', 'fellrunner, handler, --check-interval 1', [
        '--check-interval',
        '1',
      ]),
      ...official(programs, { name: 'as it comes' }),
      ...official(programs, ONCE_A_SECOND),
      ...rustCrate(programs, 'noop'),
    ],
  },
  {
    name: 'wait',
    about: '1,000 jobs that sleep, all at once',
    options: [...WAIT, '--hold', '5s', '--script', 'sleep 60'],
    shortOptions: ['--jobs', '50', '--concurrency', '50'],
    columns: [
      { heading: 'running', figure: 'running' },
      { heading: 'until all are taken, s', figure: 'ramp_s' },
      { heading: 'RSS of the runner, MB', figure: 'hold_rss_root_mb' },
      { heading: 'PSS of all, MB', figure: 'hold_pss_tree_mb' },
      { heading: 'processes', figure: 'hold_processes' },
      { heading: 'CPU in the 5 s after, s', figure: 'hold_cpu_s' },
      { heading: 'requests/s then', figure: 'hold_requests_per_s' },
    ],
    contestants: (programs) => [
      ...oursWithHandler(programs, 'waits', 'fellrunner, handler'),
      ...rustCrate(programs, 'wait'),
      ...oursWithShell(programs),
      ...official(programs, ONCE_A_SECOND),
    ],
  },
];
