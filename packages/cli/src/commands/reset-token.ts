import { isRunnerError, messageOf, RunnerError, Secret } from '@fellrunner/core';

import {
  editConfigFile,
  rehearseEdit,
  setRunnerToken,
  type ConfigEdit,
} from '../config/edit-config-file.ts';
import { ExitCode } from '../exit-code.ts';
import { withGitLab } from '../management/with-gitlab.ts';
import { chooseOne, type ChoiceFlags } from '../registration/choose-runners.ts';
import { configFile } from '../registration/config-place.ts';
import { readConfiguredRunners, type ConfiguredRunner } from '../registration/configured-runner.ts';
import { verifyToken } from '../registration/verify-token.ts';
import { printable } from '../terminal/printable.ts';

/** Has GitLab replace a runner's token, and the one in the `config.toml` with it. */
export async function resetToken(flags: ChoiceFlags): Promise<ExitCode> {
  const file = configFile(flags.config);
  const runner = chooseOne(readConfiguredRunners(file, process.env), flags);
  const { name, tls, token, url } = runner;
  const change = (to: Secret, expiresAt: Date | undefined): ConfigEdit =>
    setRunnerToken({ from: token, to, obtainedAt: new Date(), expiresAt });
  rehearseEdit(file, change(token, undefined));
  const issued = await withGitLab({ url, tls }, (gitlab) =>
    gitlab.runnerByToken(token.reveal()).resetToken(),
  ).catch((error: unknown) => tellOfOldToken(error, runner));
  try {
    editConfigFile(file, change(new Secret(issued.token.reveal()), issued.expiresAt));
  } catch (error) {
    // Nobody else has it: it would be lost, and the runner with it.
    process.stdout.write(`${issued.token.reveal()}\n`);
    const message = `${messageOf(error).replace(/\.?$/, '.')} The old token is void; the new one is on standard output: put it into the file.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause: error });
  }
  process.stdout.write(`runner ${printable(name)} has a new token, in ${file}\n`);
  return ExitCode.done;
}

/** Where the answer was lost, the old token tells whether GitLab has replaced it. */
async function tellOfOldToken(error: unknown, runner: ConfiguredRunner): Promise<never> {
  if (!isRunnerError(error) || error.code !== 'GITLAB_UNREACHABLE') throw error;
  const message = `${error.message} ${await fateOf(runner)}`;
  throw new RunnerError(error.code, message, { cause: error });
}

async function fateOf(runner: ConfiguredRunner): Promise<string> {
  try {
    await verifyToken(runner);
    return 'The old token is still good.';
  } catch (error) {
    if (!isRunnerError(error) || error.code !== 'GITLAB_UNAUTHORIZED') {
      return 'Whether the old token is still good is not known: fellrunner verify tells.';
    }
    const id = runner.id === undefined ? 'ID' : String(runner.id);
    return `GitLab has replaced the token, and the new one was lost on the way: fellrunner runners reset-token ${id} makes another.`;
  }
}
