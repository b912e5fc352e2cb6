import {
  createWriteStream,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { packZip, type PackEntry } from '@fellrunner/archive';
import { startEmulator, type EmulatedJob, type Emulator, type JobSpec } from '@fellrunner/emulator';
import { Runner } from '@fellrunner/engine';
import { openStore, openStoreReader, type Store } from '@fellrunner/persistence';
import { describe, test, vi } from 'vitest';

import { leftoverFolders, leftoverProcesses } from '../chaos/leftovers.ts';
import { JumpingClock } from './jumping-clock.ts';

const SHELL = new URL('../packages/executors/src/shell.ts', import.meta.url);
/** Shorter than the limit that after_script has of its own: that one is not to be met. */
const TIMEOUT_MS = 120_000;
const FOR_EVER_MS = 600_000;
const A_WHILE_MS = 1_500;

/** A stage that takes its time, for a reason that may be met in life. */
interface HeldStage {
  readonly name: string;
  /** What makes it slow; what it returns is added to the job. */
  readonly hold: (place: Place) => Partial<JobSpec> | Promise<Partial<JobSpec>>;
  /** How many jobs {@link HeldStage.hold} has done. */
  readonly jobsBefore?: number;
  /** Text of the log that says that it has begun; empty where it begins as the job is received. */
  readonly begun: string;
  /** Lets go what would wait for ever otherwise. */
  readonly release?: (place: Place) => void;
  readonly canceled: Ending;
  readonly timedOut: Ending;
}

interface Ending {
  readonly result: string;
  /** What after_script printed, if it ran. */
  readonly after: string | undefined;
  readonly hasArtifacts: boolean;
}

interface Place {
  readonly gitlab: Emulator;
  readonly folder: string;
}

const canceledAtOnce: Ending = { result: 'canceled', after: undefined, hasArtifacts: false };
const timedOutAtOnce: Ending = {
  result: 'failed job_execution_timeout',
  after: undefined,
  hasArtifacts: false,
};
const untouched: Ending = { result: 'success', after: 'success', hasArtifacts: true };
const empty = { GIT_STRATEGY: 'empty' };
const cache = { key: 'k', paths: ['big'] };
const make = 'mkdir -p out && echo made >out/a';

const stages: readonly HeldStage[] = [
  {
    name: 'prepare, while the server takes its time to give the job away for good',
    async hold({ gitlab }) {
      gitlab.settings({ two_phase: true });
      // It is known of this server from its first job on.
      await gitlab.job({ script: ['true'], variables: empty }).finished();
      gitlab.faults.add({ method: 'PUT', path: '/jobs/\\d+$', delay_ms: 2 * A_WHILE_MS, times: 1 });
      return {};
    },
    jobsBefore: 1,
    begun: '',
    canceled: canceledAtOnce,
    timedOut: timedOutAtOnce,
  },
  {
    name: 'get_sources, of a git server that does not answer',
    hold({ gitlab }) {
      gitlab.faults.add({ path: '/info/refs', delay_ms: FOR_EVER_MS });
      return { variables: {}, git: { path: dirname(import.meta.dirname) } };
    },
    begun: 'Fetching changes',
    canceled: canceledAtOnce,
    timedOut: timedOutAtOnce,
  },
  {
    name: 'restore_cache, of a cache with very many files',
    async hold({ folder }) {
      const archive = join(folder, 'cache/root/project/k-protected/cache.zip');
      mkdirSync(dirname(archive), { recursive: true });
      await pipeline(packZip(manyFiles), createWriteStream(archive));
      return { cache };
    },
    begun: 'Checking cache',
    canceled: canceledAtOnce,
    timedOut: timedOutAtOnce,
  },
  {
    name: 'download_artifacts, of a server that does not answer',
    hold({ gitlab }) {
      gitlab.faults.add({ method: 'GET', path: '/artifacts', delay_ms: FOR_EVER_MS });
      const file = { filename: 'artifacts.zip', size: 1 };
      const dependency = { id: 1, name: 'first', token: 'glcbt-x', artifacts_file: file };
      return { payload: { dependencies: [dependency] } };
    },
    begun: 'Downloading artifacts for first',
    canceled: canceledAtOnce,
    timedOut: timedOutAtOnce,
  },
  {
    name: 'step_script',
    hold: () => ({ script: [make, 'echo held', 'setsid sleep 1000 & sleep 1000'] }),
    begun: 'held\n',
    canceled: { result: 'canceled', after: 'canceled', hasArtifacts: true },
    timedOut: { result: 'failed job_execution_timeout', after: 'timedout', hasArtifacts: true },
  },
  {
    name: 'step_script, which does not heed SIGTERM',
    hold: () => ({ script: [make, 'trap "" TERM; echo held', 'while :; do sleep 0.05; done'] }),
    begun: 'held\n',
    canceled: { result: 'canceled', after: 'canceled', hasArtifacts: true },
    timedOut: { result: 'failed job_execution_timeout', after: 'timedout', hasArtifacts: true },
  },
  {
    name: 'after_script, which goes on',
    hold: () => ({
      after_script: [
        'echo held; until [ -e released ]; do sleep 0.05; done',
        'echo "after: $CI_JOB_STATUS"',
      ],
    }),
    begun: 'held\n',
    release: ({ folder }) => {
      const [project] = globSync('builds/*/0/root/project-empty', { cwd: folder });
      writeFileSync(join(folder, project ?? '', 'released'), '');
    },
    canceled: { result: 'canceled', after: 'success', hasArtifacts: true },
    timedOut: { result: 'failed job_execution_timeout', after: 'success', hasArtifacts: true },
  },
  {
    name: 'archive_cache, of a large file: it goes on',
    hold: () => ({ cache, script: [make, 'truncate -s 400M big'] }),
    begun: 'Creating cache',
    canceled: { ...untouched, result: 'canceled' },
    timedOut: untouched,
  },
  {
    name: 'upload_artifacts, to a server that takes its time: it goes on',
    hold({ gitlab }) {
      const path = '/artifacts';
      gitlab.faults.add({ method: 'POST', path, delay_ms: A_WHILE_MS, times: 1 });
      return {};
    },
    begun: 'Uploading artifacts...',
    canceled: { ...untouched, result: 'canceled' },
    timedOut: untouched,
  },
];

const MANY = 60_000;

const manyFiles = Array.from({ length: MANY }, (_, n): PackEntry => ({
  kind: 'file',
  path: `big/${n}`,
  content: '',
}));

/** A runner of the shell executor in a folder of its own, whose clock the test moves. */
class Workshop implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fellrunner-stage-'));
  readonly clock = new JumpingClock();
  readonly gitlab: Emulator;
  readonly #runner: Runner;
  readonly #store: Store;
  readonly #ended: Promise<void>;

  constructor(gitlab: Emulator, maxJobs: number) {
    this.gitlab = gitlab;
    mkdirSync(join(this.folder, 'state'));
    this.#store = openStore(join(this.folder, 'state/store.db'));
    const below = (name: string): string => join(this.folder, name);
    this.#runner = new Runner({
      url: gitlab.url,
      token: gitlab.runnerToken,
      handler: SHELL,
      handlerOptions: { buildsDir: below('builds'), cacheDir: below('cache') },
      store: this.#store,
      env: { ...process.env, HOME: this.folder },
      checkIntervalMs: 50,
      cancelGraceMs: 2_000,
      maxJobs,
      clock: this.clock,
    });
    this.#ended = this.#runner.run();
  }

  /** Resolves once the job is reported, and the runner has nothing more to do. */
  async done(): Promise<void> {
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner.stop('abort');
    await this.#ended;
    await this.#store[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ways = { cancel: 'canceled', timeout: 'timedOut' } as const;

describe.each(['cancel', 'timeout'] as const)('a job that is ended by %s', (way) => {
  test.concurrent.for(stages)('in $name', async (stage, { expect }) => {
    await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
    await using workshop = new Workshop(gitlab, 1 + (stage.jobsBefore ?? 0));
    const job = gitlab.job({
      script: [make],
      after_script: ['echo "after: $CI_JOB_STATUS"'],
      variables: empty,
      timeout: TIMEOUT_MS / 1000,
      artifacts: { paths: ['out/'], when: 'always' },
      ...(await stage.hold(workshop)),
    });
    await begun(job, stage, workshop);
    if (way === 'cancel') job.cancel();
    else workshop.clock.jump(TIMEOUT_MS);
    stage.release?.(workshop);
    await workshop.done();
    expect(endingOf(job)).toEqual(stage[ways[way]]);
    expect(openSections(job.trace)).toEqual([]);
    expect(leftovers(workshop.folder)).toEqual([]);
  });
});

async function begun(job: EmulatedJob, { begun: text }: HeldStage, { folder }: Workshop) {
  if (text !== '') return void (await job.until(({ trace }) => trace.includes(text)));
  using reader = openStoreReader(join(folder, 'state/store.db'));
  const isReceived = (): boolean => reader.find(String(job.id)).length > 0;
  await vi.waitUntil(isReceived, { timeout: 20_000, interval: 10 });
}

function endingOf(job: EmulatedJob): Ending {
  const after = /^after: (\w+)$/m.exec(job.trace)?.[1];
  const result = [job.status, job.failureReason].filter(Boolean).join(' ');
  return { result, after, hasArtifacts: job.artifact() !== undefined };
}

/** The sections of a log that begin and do not end: GitLab would fold all that comes after. */
function openSections(trace: string): readonly string[] {
  const names = (edge: string): readonly string[] =>
    [...trace.matchAll(new RegExp(`section_${edge}:\\d+:([\\w.-]+)`, 'g'))].map(
      ([, it]) => it ?? '',
    );
  const ended = new Set(names('end'));
  return names('start').filter((name) => !ended.has(name));
}

/** Processes, folders of jobs, and what an unpacking or packing has begun. */
function leftovers(folder: string): readonly string[] {
  return [
    ...leftoverProcesses(folder),
    ...leftoverFolders(join(folder, 'state/store.db')),
    ...globSync('{builds,cache}/**/{.fellrunner-*,archive_*,git.config}', { cwd: folder }),
  ];
}
