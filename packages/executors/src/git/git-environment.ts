import { MARK_VARIABLE } from '../process/process-mark.ts';
import { jobProcessEnvironment } from '../shell/job-process-environment.ts';
import { goArchitecture, VARIABLE_NAME } from '../shell/job-variables.ts';
import type { JobPlan } from '../shell/job-plan.ts';

export interface GitEnvironment {
  readonly plan: JobPlan;
  readonly stage: string;
  /** The path of the settings that lie beside the project. */
  readonly outerConfig: string;
  readonly password: string;
}

/**
 * What git runs with in the stages around the script: the job's variables, as in its script, and
 * settings that nothing which an earlier job left behind can change.
 */
export function gitEnvironment(options: GitEnvironment): NodeJS.ProcessEnv {
  const { outerConfig, password, plan, stage } = options;
  const variables = variablesOf(plan);
  const { GIT_SSL_CAINFO: authorities, ...inherited } = jobProcessEnvironment(plan, stage);
  const settings = [...ownSettings(plan, outerConfig), ...authoritySettings(authorities)];
  return {
    ...inherited,
    ...variables,
    ...(password === '' ? {} : { CI_JOB_TOKEN: password }),
    ...numbered(settings, Number(variables['GIT_CONFIG_COUNT'] ?? 0)),
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'Never',
    // `git lfs pull` fetches all at once, and needs far less memory than a filter for each file.
    GIT_LFS_SKIP_SMUDGE: '1',
    // What git says decides whether a clone is thought to be broken.
    LC_ALL: 'C',
  };
}

function variablesOf({ running }: JobPlan): NodeJS.ProcessEnv {
  const usable = [...running.variables].filter(
    ({ key, value }) => VARIABLE_NAME.test(key) && key !== MARK_VARIABLE && !value.includes('\0'),
  );
  return Object.fromEntries(usable.map(({ key, value }) => [key, value]));
}

/** Settings of git's command scope: they go before every file's. */
function ownSettings(
  { runner }: JobPlan,
  outerConfig: string,
): readonly (readonly [string, string])[] {
  const system = `${process.platform}/${goArchitecture(process.arch)}`;
  return [
    ['include.path', outerConfig],
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['safe.directory', '*'],
    ['init.defaultBranch', 'none'],
    ['gc.autoDetach', 'false'],
    ['maintenance.autoDetach', 'false'],
    ['credential.interactive', 'never'],
    ['http.userAgent', `fellrunner ${runner.version} ${system}`],
  ];
}

/** As a variable the machine's own authorities would go before those of the job's server. */
function authoritySettings(file: string | undefined): readonly (readonly [string, string])[] {
  return file === undefined ? [] : [['http.sslCAInfo', file]];
}

/** The form in which git takes settings from its environment, behind those of the job's own. */
function numbered(
  settings: readonly (readonly [string, string])[],
  taken: number,
): NodeJS.ProcessEnv {
  const first = Number.isInteger(taken) && taken > 0 ? taken : 0;
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(first + settings.length) };
}
