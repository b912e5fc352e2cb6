import { Option, type Command } from 'commander';

import type { ChoiceFlags } from './registration/choose-runners.ts';
import type { ListConfigFlags } from './commands/list.ts';
import type { UnregisterFlags } from './commands/unregister.ts';
import type { VerifyFlags } from './commands/verify.ts';
import type { ExitCode } from './exit-code.ts';
import {
  parseBoolean,
  parseCount,
  parsePairs,
  parseRunnerType,
  parseServerUrl,
  parseTags,
} from './option-values.ts';
import type { RegisterFlags } from './registration/register-flags.ts';

type Done = (exitCode: ExitCode) => void;

/** Adds the commands that keep a `config.toml`: `register`, `list`, `verify`, `reset-token`, `unregister`. */
export function addRegistration(program: Command, done: Done): void {
  addRegister(program, done);
  addList(program, done);
  addVerify(program, done);
  addResetToken(program, done);
  addUnregister(program, done);
}

const REGISTER_HELP = `
Three ways: --token, for a runner that was made in GitLab; GITLAB_TOKEN or --access-token-file
with --project-id, --group-id or --type instance_type, to make one now; --registration-token,
the old way. What is missing is asked for at a terminal.

Examples:
  CI_SERVER_TOKEN=glrt-… fellrunner register --url https://gitlab.example.com --executor shell
  GITLAB_TOKEN=glpat-… fellrunner register --url https://gitlab.example.com --project-id 42 \\
    --tag-list gpu --handler job.ts`;

function addRegister(program: Command, done: Done): void {
  const command = program
    .command('register')
    .description('make a runner at GitLab, or take one that is there, and add it to a config.toml')
    .addHelpText('after', REGISTER_HELP);
  for (const option of [...whoOptions(), ...workOptions(), ...serverSideOptions()]) {
    command.addOption(option);
  }
  command.action(async ({ description, ...flags }: RegisterFlags & { description?: string }) => {
    const named = description === undefined ? flags : { name: description, ...flags };
    done(await (await import('./commands/register.ts')).register(named));
  });
}

function whoOptions(): Option[] {
  return [
    inEnv('-c, --config <FILE>', 'the config.toml to add to; it may be new', 'CONFIG_FILE'),
    inEnv('-n, --non-interactive [BOOL]', 'ask nothing', 'REGISTER_NON_INTERACTIVE', parseBoolean),
    inEnv('-u, --url <URL>', "GitLab's address", 'CI_SERVER_URL', parseServerUrl),
    inEnv('-t, --token <TOKEN>', "the runner's own; others can see it here", 'CI_SERVER_TOKEN'),
    inEnv('-r, --registration-token <TOKEN>', 'the old way', 'REGISTRATION_TOKEN'),
    new Option('--access-token-file <FILE>', 'a file that holds a personal access token'),
    new Option('--project-id <ID>', 'make a runner for a project').argParser(parseCount(1)),
    new Option('--group-id <ID>', 'or for a group').argParser(parseCount(1)),
    new Option('--type <TYPE>', 'or instance_type, for all').argParser(parseRunnerType),
    inEnv('--name <NAME>', "what it is called (default: the machine's name)", 'RUNNER_NAME'),
    // gitlab-runner's other name of the same.
    new Option('--description <NAME>').hideHelp(),
    inEnv('--tls-ca-file <FILE>', "GitLab's authorities", 'CI_SERVER_TLS_CA_FILE'),
    inEnv('--tls-cert-file <FILE>', "the runner's certificate", 'CI_SERVER_TLS_CERT_FILE'),
    inEnv('--tls-key-file <FILE>', 'and its key', 'CI_SERVER_TLS_KEY_FILE'),
  ];
}

function workOptions(): Option[] {
  const count = parseCount(0);
  return [
    inEnv('--executor <NAME>', 'what does the jobs: shell or handler', 'RUNNER_EXECUTOR'),
    new Option('--handler <FILE>', 'the module that does, as for run'),
    inEnv('--limit <N>', 'how many jobs at once; 0 for no limit of its own', 'RUNNER_LIMIT', count),
    inEnv('--request-concurrency <N>', 'requests at once', 'RUNNER_REQUEST_CONCURRENCY', count),
    inEnv('--output-limit <KIB>', "of a job's log", 'RUNNER_OUTPUT_LIMIT', count),
    inEnv('--builds-dir <DIR>', "where jobs' folders are", 'RUNNER_BUILDS_DIR'),
    inEnv('--cache-dir <DIR>', 'where caches are', 'RUNNER_CACHE_DIR'),
    inEnv('--shell <NAME>', 'bash or sh', 'RUNNER_SHELL'),
    inEnv(
      '--env <KEY=VALUE>',
      "for the jobs' environment; once more for more",
      'RUNNER_ENV',
      parsePairs,
    ),
  ];
}

function serverSideOptions(): Option[] {
  const levels = ['not_protected', 'ref_protected'];
  const level = inEnv('--access-level <LEVEL>', 'whose jobs it takes', 'REGISTER_ACCESS_LEVEL');
  return [
    inEnv('--tag-list <TAGS>', "a new runner's tags", 'RUNNER_TAG_LIST', parseTags),
    inEnv(
      '--run-untagged [BOOL]',
      'takes jobs without tags',
      'REGISTER_RUN_UNTAGGED',
      parseBoolean,
    ),
    inEnv('--locked [BOOL]', 'is kept from further projects', 'REGISTER_LOCKED', parseBoolean),
    inEnv('--paused [BOOL]', 'gets no jobs at first', 'REGISTER_PAUSED', parseBoolean),
    level.choices(levels),
    inEnv('--maximum-timeout <S>', 'of a job', 'REGISTER_MAXIMUM_TIMEOUT', parseCount(1)),
    inEnv('--maintenance-note <TEXT>', 'for its owners', 'REGISTER_MAINTENANCE_NOTE'),
  ];
}

function addList(program: Command, done: Done): void {
  program
    .command('list')
    .description('list the runners of a config.toml')
    .addOption(configOption())
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  fellrunner list --config /etc/gitlab-runner/config.toml')
    .action(async (flags: ListConfigFlags) =>
      done((await import('./commands/list.ts')).list(flags)),
    );
}

function addVerify(program: Command, done: Done): void {
  withChoice(program.command('verify'), 'only those of this name')
    .description("ask GitLab whether a config.toml's tokens are good")
    .option('--delete', 'take those that it refuses out of the file')
    .addHelpText('after', '\nExample:\n  fellrunner verify --delete')
    .action(async (flags: VerifyFlags) =>
      done(await (await import('./commands/verify.ts')).verify(flags)),
    );
}

function addResetToken(program: Command, done: Done): void {
  withChoice(program.command('reset-token'), 'whose')
    .description("replace a runner's token at GitLab and in the config.toml")
    .addHelpText('after', '\nExample:\n  fellrunner reset-token --name cellar')
    .action(async (flags: ChoiceFlags) =>
      done(await (await import('./commands/reset-token.ts')).resetToken(flags)),
    );
}

const UNREGISTER_HELP = `
A runner that was made in GitLab (glrt-…) stays there for other machines that have its token;
one that was registered the old way is deleted.

Example:
  fellrunner unregister --name cellar`;

function addUnregister(program: Command, done: Done): void {
  withChoice(program.command('unregister'), 'which')
    .description('take runners out of a config.toml, and this machine off GitLab')
    .option('--all-runners', 'all of the file')
    .option('--delete-runner', 'delete the runner itself at GitLab')
    .addHelpText('after', UNREGISTER_HELP)
    .action(async (flags: UnregisterFlags) =>
      done(await (await import('./commands/unregister.ts')).unregister(flags)),
    );
}

function withChoice(command: Command, nameHelp: string): Command {
  return command
    .addOption(configOption())
    .option('--name <NAME>', nameHelp)
    .option('--url <URL>', 'of this GitLab', parseServerUrl)
    .option('--token <TOKEN>', 'with this token; others on the machine can see it here');
}

function configOption(): Option {
  return inEnv('-c, --config <FILE>', 'the config.toml', 'CONFIG_FILE');
}

/** An option that gitlab-runner takes from the environment, too; what is empty there is not set. */
function inEnv<T>(
  flags: string,
  description: string,
  variable: string,
  parse?: (text: string, before: T) => T,
): Option {
  const option = new Option(flags, description);
  if (process.env[variable] !== '') option.env(variable);
  if (parse !== undefined) option.argParser(parse);
  return option;
}
