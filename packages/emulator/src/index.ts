/**
 * A GitLab coordinator in the process, true enough that other runners run on it.
 *
 * Begin with `startEmulator` in `emulator.ts`. What runners ask is in `api/`, one file per
 * endpoint; what tests do to it is in `control/`; `world/` is what a GitLab knows, and
 * `payload/` and `variables/` make the job that a runner is handed.
 *
 * @packageDocumentation
 */
export {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type FaultControl,
} from './emulator.ts';
export type { EmulatedArtifact, EmulatedJob } from './emulated-job.ts';
export type { EmulatedPipeline } from './emulated-pipeline.ts';
export {
  emulatorCommand,
  type EmulatorCommandIo,
  type EmulatorCommandOptions,
} from './emulator-command.ts';
export type { PipelineSpec, PipelineView } from './control/pipelines.ts';
export type { ArtifactView, JobView } from './control/job-view.ts';
export type { RunnerManagerView, RunnerView } from './control/runner-view.ts';
export type { FaultSpec } from './control/wire-fault.ts';
export type {
  ArtifactSpec,
  CacheSpec,
  ImageSpec,
  JobSpec,
  RetrySpec,
  ServiceSpec,
  VariableSpec,
} from './control/wire-job-spec.ts';
export type { LoggedRequest } from './http/request-log.ts';
export type { Settings } from './settings.ts';
export type { JobStatus } from './world/job-status.ts';
