import { isRunnerError, RunnerError } from '@fellrunner/core';
import { isManagementError } from '@fellrunner/management';

import { editConfigFile, rehearseEdit } from '../config/edit-config-file.ts';
import { ExitCode, UsageError } from '../exit-code.ts';
import { note } from '../management/print.ts';
import { withGitLab } from '../management/with-gitlab.ts';
import { chooseOne, type ChoiceFlags } from '../registration/choose-runners.ts';
import { configFile } from '../registration/config-place.ts';
import { readConfiguredRunners, type ConfiguredRunner } from '../registration/configured-runner.ts';
import { isMadeInGitLab } from '../registration/credential.ts';
import { machineSystemId } from '../registration/machine-system-id.ts';
import { withoutEntries } from '../registration/remove-entries.ts';
import { printable } from '../terminal/printable.ts';

/** Of no machine; the token is judged all the same. */
const NO_SYSTEM_ID = 's_none';

/** The options of `fellrunner unregister`. */
export interface UnregisterFlags extends ChoiceFlags {
  readonly allRunners?: true;
  /** Deletes the runner at GitLab, whichever way it was made. */
  readonly deleteRunner?: true;
}

/**
 * Ends that this machine is a runner. As with gitlab-runner, a runner that was made in GitLab
 * stays there, since other machines may have its token; one that registered itself is deleted.
 */
export async function unregister(flags: UnregisterFlags): Promise<ExitCode> {
  const file = configFile(flags.config);
  const failures: Error[] = [];
  for (const runner of choose(readConfiguredRunners(file, process.env), flags)) {
    try {
      const outcome = await unregisterOne(file, runner, flags);
      process.stdout.write(`runner ${printable(runner.name)} is out of ${file}, and ${outcome}\n`);
    } catch (error) {
      if (!isRunnerError(error)) throw error;
      failures.push(withWayOut(error, runner));
    }
  }
  const [first, ...others] = failures;
  for (const error of others) note(printable(error.message));
  if (first !== undefined) throw first;
  return ExitCode.done;
}

async function unregisterOne(
  file: string,
  runner: ConfiguredRunner,
  { deleteRunner: isWanted }: UnregisterFlags,
): Promise<string> {
  rehearseEdit(file, withoutEntries([runner]));
  const stays = isMadeInGitLab(runner.token.reveal()) && !isWanted;
  await (stays ? deleteManager(runner) : deleteRunner(runner));
  editConfigFile(file, withoutEntries([runner]));
  return stays ? whereItStays(runner) : `deleted at ${runner.url}`;
}

/** What GitLab does not know any more cannot be unregistered there. */
function withWayOut(error: RunnerError, { name }: ConfiguredRunner): RunnerError {
  if (error.code !== 'GITLAB_UNAUTHORIZED') return error;
  const message = `The runner ${name} stays in the file: ${error.message} What GitLab refuses, fellrunner verify --delete takes out.`;
  return new RunnerError(error.code, message, { cause: error });
}

function choose(
  runners: readonly ConfiguredRunner[],
  flags: UnregisterFlags,
): readonly ConfiguredRunner[] {
  if (!flags.allRunners) return [chooseOne(runners, flags)];
  if (flags.name === undefined && flags.token === undefined) return runners;
  throw new UsageError('--all-runners and --name or --token exclude each other.');
}

async function deleteRunner({ tls, token, url }: ConfiguredRunner): Promise<void> {
  await withGitLab({ url, tls }, (gitlab) => gitlab.runnerByToken(token.reveal()).delete());
}

async function deleteManager({ tls, token, url }: ConfiguredRunner): Promise<void> {
  const systemId = machineSystemId() ?? NO_SYSTEM_ID;
  await withGitLab({ url, tls }, async (gitlab) => {
    try {
      await gitlab.runnerByToken(token.reveal()).deleteManager(systemId);
    } catch (error) {
      // This machine has never asked for a job.
      if (!isManagementError(error) || error.code !== 'GITLAB_NOT_FOUND') throw error;
    }
  });
}

function whereItStays({ id, url }: ConfiguredRunner): string {
  const how = id === undefined ? '' : `; fellrunner runners delete ${id} deletes it`;
  return `stays at ${url} for other machines${how}`;
}
