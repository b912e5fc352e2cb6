import { messageOf, RunnerError, Secret } from '@fellrunner/core';

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
import { readConfiguredRunners } from '../registration/configured-runner.ts';
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
  );
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
