import { readFileSync } from 'node:fs';

import type { Job, RunnerFacts } from '@fellrunner/core';

import type { ProcessMark } from '../process/process-mark.ts';
import { readJobSettings, type JobSettings } from './job-settings.ts';
import { collectVariables, type JobVariables } from './job-variables.ts';
import type { ShellConfig } from './shell-config.ts';
import { findWorkplace, type Workplace } from './workplace.ts';

/** Everything that follows from a job and the configuration alone. */
export interface JobPlan {
  readonly job: Job;
  readonly config: ShellConfig;
  readonly runner: RunnerFacts;
  readonly settings: JobSettings;
  readonly workplace: Workplace;
  /** The variables with `CI_JOB_STATUS` as it is while the script runs. */
  readonly running: JobVariables;
  /** The same after the script, for `after_script`. */
  variablesAfter(jobStatus: string): JobVariables;
  markOf(step: string | number): ProcessMark;
}

/** @throws JobFailed where the job asks for a folder that it cannot have. */
export function planJob(job: Job, runner: RunnerFacts, config: ShellConfig): JobPlan {
  const tls = readTlsFiles(runner.tls ?? {});
  const collect = (jobStatus: string, workplace: Workplace | undefined): JobVariables =>
    collectVariables({ job, config, runner, tls, jobStatus, workplace });
  // GIT_CLONE_PATH may name every variable but those that follow from it.
  const preliminary = readJobSettings(job, collect('running', undefined).variables, config);
  const workplace = findWorkplace({ job, config, runner, ...preliminary });
  const running = collect('running', workplace);
  const settings = readJobSettings(job, running.variables, config);
  return {
    job,
    config,
    runner,
    settings,
    workplace,
    running,
    variablesAfter: (jobStatus) => collect(jobStatus, workplace),
    markOf: (step) => ({
      storeId: runner.storeId,
      jobKey: runner.jobKey,
      step: String(step),
      isKept: settings.keepProcesses,
    }),
  };
}

/** The variables in which a job finds the server's certificates. */
function readTlsFiles(tls: NonNullable<RunnerFacts['tls']>): ReadonlyMap<string, string> {
  const { caFile, certFile, chain, keyFile } = tls;
  const contents = new Map<string, string>();
  const ca = caFile === undefined ? chain : readFileSync(caFile, 'utf8');
  if (ca !== undefined) contents.set('CI_SERVER_TLS_CA_FILE', ca);
  if (certFile !== undefined && keyFile !== undefined) {
    contents.set('CI_SERVER_TLS_CERT_FILE', readFileSync(certFile, 'utf8'));
    contents.set('CI_SERVER_TLS_KEY_FILE', readFileSync(keyFile, 'utf8'));
  }
  return contents;
}
