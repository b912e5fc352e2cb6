import type {
  Isolation,
  JobFailure,
  OnceResult,
  OnceValue,
  OutcomeStatus,
  PackedArtifact,
  RunnerFacts,
} from '@fellrunner/core';

import type { Network } from '../network/network.ts';

/** What a worker is asked to do: one call of a handler or executor, or a look at its module. */
export type WorkerCall = DescribeCall | JobCall;

export interface DescribeCall {
  readonly what: 'describe';
  readonly module: string;
  readonly options: unknown;
}

export interface JobCall {
  readonly what: 'stage' | 'step' | 'pack' | 'cleanup';
  readonly module: string;
  readonly options: unknown;
  /** The stage's name, the step's index or the artifact entry's. */
  readonly subject: string | number;
  /** What GitLab sent, as text: cheaper to hand over than an object, and parsed there. */
  readonly payload: string;
  readonly folder: string;
  readonly workdir: string;
  readonly spool: SpoolPlace;
  readonly runner: RunnerFacts;
  readonly network: Network;
  readonly jobStatus: string;
  readonly outcome: OutcomeStatus;
  readonly isResumed: boolean;
  /** No other call of the job will follow, so that nothing of it need be remembered. */
  readonly isLast: boolean;
  /** When the log took `step.starting`, in milliseconds since 1970. */
  readonly startingAt: number;
  /** Of this step first, in the order of the log. */
  readonly onces: readonly StepOnces[];
  readonly outputLimitBytes: number;
  readonly rawLimitBytes: number;
}

export interface StepOnces {
  readonly step: string;
  readonly results: readonly OnceResult[];
}

/** Where a call's output goes: behind `size` bytes of trace, of which the first are no file's. */
export interface SpoolPlace {
  readonly file: string;
  /** How many bytes of the trace are kept in the store instead of in the file. */
  readonly headBytes: number;
  readonly size: number;
  /** Where the step's own output began, which is before `size` after a restart. */
  readonly stepOffset: number;
  /** Where output waits for the file; none between processes, which write at once. */
  readonly pending: SharedArrayBuffer | undefined;
}

/** What a module says of itself. */
export interface HandlerTraits {
  /** Whether it ships with the product: then it may be loaded beside the engine as well. */
  readonly isExecutor: boolean;
  readonly name: string;
  readonly isolation: Isolation;
  readonly resumable: boolean;
  readonly cleans: boolean;
  readonly preparation: readonly string[];
  readonly conclusion: readonly string[];
}

/** How a call ended. Nothing is ever thrown across a thread: an error would arrive without its fields. */
export type CallResult =
  | { readonly kind: 'described'; readonly traits: HandlerTraits }
  | {
      readonly kind: 'finished';
      readonly packed?: PackedArtifact | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: JobFailure };

export type FromWorker =
  | { readonly type: 'begun'; readonly threadId: number }
  | { readonly type: 'spool-grew'; readonly size: number }
  | { readonly type: 'claimed'; readonly pid: number }
  | {
      readonly type: 'once';
      readonly id: number;
      readonly key: string;
      readonly spoolOffset: number;
      readonly value: OnceValue;
    }
  | { readonly type: 'console'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };

export type ToWorker =
  | { readonly type: 'abort'; readonly reason: AbortReason }
  | { readonly type: 'once-committed'; readonly id: number };

/** What `ctx.signal.reason` is. */
export type AbortReason = 'canceled' | 'timeout' | 'abort';
