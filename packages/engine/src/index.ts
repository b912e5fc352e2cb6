/**
 * Runs GitLab jobs. Read `runner.ts` first (poll → run → report), then `job-run.ts` (one job, from
 * its mailbox to its end), then `job-work.ts` (what is done in each state). `worker/` is what runs
 * in the threads, `pool/` how they are reached, `trace/` the way of a job's log. `session/` is for
 * programs that own their loop: a job by hand, without a handler and a store.
 *
 * @packageDocumentation
 */
export { defineHandler } from './define-handler.ts';
export { checkHandler } from './describe-module.ts';
export type { JobRun } from './job-run.ts';
export { networkOf, openConnections, type Network } from './network/network.ts';
export { GarbageReturn } from './garbage-return.ts';
export { Runner, type StopMode } from './runner.ts';
export type { RunnerOptions } from './runner-options.ts';
export { JobSession, type RestoreOptions } from './session/job-session.ts';
export { RunnerSession, type RunnerSessionOptions } from './session/runner-session.ts';
export type { TextOptions } from './session/session-text.ts';
export { SharedSlots, type SharedSlotsOptions } from './slots.ts';
export { VERSION } from './version.ts';
export {
  ansi,
  findRegistryCredential,
  isRunnerError,
  quoteForShell,
  sectionEnd,
  sectionStart,
  silentLogger,
  toShell,
} from '@fellrunner/core';
export type {
  ArtifactFile,
  ArtifactsContext,
  CleanupContext,
  Dependency,
  JobHandler,
  JobLog,
  StepContext,
} from '@fellrunner/core';
