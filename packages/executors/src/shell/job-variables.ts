import { join } from 'node:path';

import { Variables, type Job, type RunnerFacts, type VariableFields } from '@fellrunner/core';

import type { ShellConfig } from './shell-config.ts';
import type { Workplace } from './workplace.ts';

/** All variables of a job, the runner's own among them, as its scripts get them. */
export interface JobVariables {
  /** Of a file variable the value is the file's path, as in `$CERT` of a script. */
  readonly variables: Variables;
  readonly files: readonly VariableFile[];
}

export interface VariableFile {
  readonly path: string;
  readonly content: string;
}

export interface CollectVariables {
  readonly job: Job;
  readonly config: ShellConfig;
  readonly runner: RunnerFacts;
  /** Unknown while the variables are read that decide about it. */
  readonly workplace: Workplace | undefined;
  /** `running`, and in `after_script` how the script ended. */
  readonly jobStatus: string;
  /** The contents of the TLS files, by variable. */
  readonly tls: ReadonlyMap<string, string>;
}

/** What can be a variable's name in a shell, and safely a file's. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Collects and expands the variables. Of those with one name the last counts: a job's own go
 * before the configuration's and most of the runner's, as in gitlab-runner.
 */
export function collectVariables(options: CollectVariables): JobVariables {
  const { job, workplace } = options;
  const fields = [...beneathJob(options), ...job.variables.fields(), ...aboveJob(options)];
  const folder = workplace?.temporary ?? '';
  const variables = new Variables(
    fields.map((field) => (field.file ? toPath(field, folder) : field)),
  );
  // Of two variables with one name the first may be a file and the last not.
  const files = [...new Map(fields.map((field) => [field.key, field])).values()]
    .filter((field) => field.file && VARIABLE_NAME.test(field.key))
    .map((field) => ({
      path: join(folder, field.key),
      content: field.raw ? field.value : variables.expand(field.value),
    }));
  return { variables, files };
}

function toPath(field: VariableFields, folder: string): VariableFields {
  return { ...field, value: join(folder, field.key), raw: true };
}

function beneathJob({ config, job, jobStatus, runner, tls, workplace }: CollectVariables) {
  return [
    ...(job.image === undefined ? [] : [own('CI_JOB_IMAGE', job.image.name)]),
    own('CI_RUNNER_SHORT_TOKEN', runner.shortToken),
    ...config.environment,
    own('CI_BUILDS_DIR', config.buildsDir),
    ...(workplace === undefined ? [] : [own('CI_PROJECT_DIR', workplace.project)]),
    own('CI_CONCURRENT_ID', String(runner.slot)),
    own('CI_CONCURRENT_PROJECT_ID', String(runner.slot)),
    own('CI_SERVER', 'yes'),
    own('CI_JOB_STATUS', jobStatus),
    own('CI_JOB_TIMEOUT', String(Math.floor(job.timeoutMs / 1000))),
    ...[...tls].map(([key, content]) => ({ ...own(key, content), file: true })),
  ];
}

function aboveJob({ runner, workplace }: CollectVariables) {
  return [
    own('CI_SHARED_ENVIRONMENT', 'true'),
    own('CI_RUNNER_VERSION', runner.version),
    own('CI_RUNNER_REVISION', runner.revision),
    own('CI_RUNNER_EXECUTABLE_ARCH', `${process.platform}/${goArchitecture(process.arch)}`),
    ...(workplace === undefined ? [] : [own('RUNNER_TEMP_PROJECT_DIR', workplace.temporary)]),
  ];
}

/** A value of the runner's own is taken as it is. */
function own(key: string, value: string): VariableFields {
  return { key, value, public: true, masked: false, file: false, raw: true };
}

/** Scripts compare with the names that Go gives to architectures. */
export function goArchitecture(architecture: string): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return names[architecture] ?? architecture;
}
