import { availableParallelism } from 'node:os';

import {
  silentLogger,
  systemClock,
  type Clock,
  type EventLog,
  type Logger,
  type ReceivedJob,
  type TlsFiles,
} from '@fellrunner/core';

import { proxiesOf, type Proxies } from './network/proxies.ts';
import { usableMemory } from './pool/memory-watch.ts';
import type { SharedSlots } from './slots.ts';

/** What a runner is made with; what is left out is filled in once by {@link toRunnerConfig}. */
export interface RunnerOptions {
  /** The GitLab server's address. */
  readonly url: string;
  /** The runner's authentication token (`glrt-…`). */
  readonly token: string;
  /** The handler's module. */
  readonly handler: URL | string;
  /** For a module whose default export is a function: what it is called with. It must be JSON. */
  readonly handlerOptions?: unknown;
  /** Where the jobs' facts go; one live runner process per store. */
  readonly store: EventLog;
  readonly name?: string;
  /** How many jobs run at once; one that only reports no longer counts. */
  readonly concurrency?: number;
  /** A limit that this runner shares with others of the process, beneath which its own holds. */
  readonly sharedSlots?: SharedSlots;
  /** Asks for no more jobs than this, and ends when they are reported. */
  readonly maxJobs?: number;
  /** Of a job's log, in bytes; 0 for none. */
  readonly outputLimitBytes?: number;
  /** How long a job that is ended may take before its thread is. */
  readonly cancelGraceMs?: number;
  /** How often GitLab is asked where it does not hold requests itself. */
  readonly checkIntervalMs?: number;
  /** How many requests for jobs may be under way at once; as many as there are free places otherwise. */
  readonly requestConcurrency?: number;
  /**
   * Threads for handlers with `isolation: 'shared'` and for executors; where left out one less than
   * the machine has cores, and at least one, since the main thread keeps a core busy.
   */
  readonly sharedThreads?: number;
  /** V8's heap in each handler's thread or process. */
  readonly heapLimitMb?: number;
  /**
   * What the whole process may use, in MiB; the machine's memory or its control group's where left
   * out. When nine tenths are used, the thread with the most memory outside V8's heap is ended.
   */
  readonly memoryLimitMb?: number;
  /** The environment of handlers; the runner's own secrets are taken out of it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly systemId?: string;
  readonly info?: {
    readonly version?: string;
    readonly revision?: string;
    readonly platform?: string;
    readonly architecture?: string;
    /** What GitLab shows besides; at most 32. */
    readonly labels?: Readonly<Record<string, string>>;
  };
  /** Read again when they change. Proxies are named by the process's environment. */
  readonly tls?: TlsFiles;
  /** Which of the store's unfinished jobs are this runner's; all of them where left out. */
  readonly adopts?: (job: ReceivedJob) => boolean;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** V8's old generation in a handler's thread, unless an option says otherwise. */
export const HEAP_LIMIT_MB = 512;

export type RunnerConfig = Required<
  Omit<RunnerOptions, 'maxJobs' | 'systemId' | 'info' | 'sharedSlots'>
> &
  Pick<RunnerOptions, 'maxJobs' | 'systemId' | 'info' | 'sharedSlots'> & {
    readonly proxies: Proxies;
  };

export function toRunnerConfig(options: RunnerOptions): RunnerConfig {
  return {
    name: 'fellrunner',
    handlerOptions: undefined,
    concurrency: 1,
    outputLimitBytes: 4 * 1024 * 1024,
    cancelGraceMs: 10_000,
    checkIntervalMs: 3000,
    requestConcurrency: Infinity,
    sharedThreads: Math.max(1, availableParallelism() - 1),
    heapLimitMb: HEAP_LIMIT_MB,
    memoryLimitMb: usableMemory() / 1024 ** 2,
    tls: {},
    adopts: () => true,
    clock: systemClock,
    logger: silentLogger,
    ...options,
    proxies: proxiesOf(process.env),
    env: withoutOwnSecrets(options.env ?? process.env),
  };
}

/** What must not reach a job: the runner's own settings, and what started it. */
const OWN =
  /^(FELLRUNNER_(?!FAULT_POINT$)|npm_|GITLAB_TOKEN$|CREDENTIALS_DIRECTORY$|INIT_CWD$|NODE_CHANNEL_)/i;

export function withoutOwnSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !OWN.test(key)));
}
