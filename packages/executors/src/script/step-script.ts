import { join } from 'node:path';

import type { Variables } from '@fellrunner/core';

import { noticeLine } from '../log/log-text.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { exportVariables } from './export-variables.ts';
import { quote } from './quote.ts';
import { print, writeUserCommands } from './user-commands.ts';

export interface StepScript {
  readonly step: string;
  readonly script: readonly string[];
  /** `success`, `failed`, `canceled` or `timedout`: what `after_script` finds in `CI_JOB_STATUS`. */
  readonly jobStatus: string;
}

/** The text that a step's shell runs: variables, the project's folder, then the user's commands. */
export function writeStepScript(plan: JobPlan, options: StepScript): string {
  const isAfterScript = options.step === 'after_script';
  const { variables } = isAfterScript ? plan.variablesAfter(options.jobStatus) : plan.running;
  const { preBuild, postBuild } = plan.config.scripts;
  const commands = (prefix: string, list: readonly string[]): string =>
    writeCommands(plan, prefix, list);
  const script =
    options.step === 'release'
      ? options.script.map((command) => variables.expand(command))
      : options.script;
  const body = isAfterScript
    ? print(noticeLine('Running after script...')) + commands('after_script_step', script)
    : commands('pre_build_script', preBuild === '' ? [] : [preBuild]) +
      commands('script_step', script) +
      commands('post_build_script', postBuild === '' ? [] : [postBuild]);
  return `${writePrologue(plan, variables)}cd ${quote(plan.workplace.project)}\n${body}`;
}

/** The text of one of the hooks around the sources, which runs before there may be a project. */
export function writeHookScript(plan: JobPlan, hook: HookScript): string {
  const prologue = `exec 2>&1\n${writePrologue(plan, plan.running.variables)}`;
  return `${prologue}cd ${quote(hook.folder)}\n${writeCommands(plan, hook.prefix, hook.script)}`;
}

export interface HookScript {
  readonly prefix: string;
  readonly script: readonly string[];
  readonly folder: string;
}

function writeCommands(plan: JobPlan, prefix: string, commands: readonly string[]): string {
  const { config, job, settings } = plan;
  return writeUserCommands({
    commands,
    prefix,
    hasSections: settings.scriptSections && job.features.traceSections,
    checksExitCodes: settings.exitCodeChecks,
    isBash: config.shell.isBash,
  });
}

/** The name of the file in which steps hand variables on to later ones. */
export const ENVIRONMENT_FILE = 'gitlab_runner_env';

function writePrologue(plan: JobPlan, variables: Variables): string {
  const { isBash } = plan.config.shell;
  const exports = exportVariables(variables);
  const file = quote(join(plan.workplace.temporary, ENVIRONMENT_FILE));
  return [
    isBash ? 'unset -v fellrunner_script\n' : 'exec 3<&-\n',
    plan.settings.debugTrace ? 'set -o xtrace\n' : '',
    exports.warnings === '' ? '' : print(exports.warnings),
    exports.script,
    `export GITLAB_ENV=${file}\n`,
    // The line's text is one word, so a value may hold spaces; a name alone exports what is set.
    `if [ -f ${file} ]; then while read -r line; do export "$line"; done <${file}; unset line; fi\n`,
    isBash ? 'set -o pipefail\n' : 'case "$(set -o)" in *pipefail*) set -o pipefail;; esac\n',
    'set -o errexit\nset +o noclobber\n',
  ].join('');
}
