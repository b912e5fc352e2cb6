import { Option, type Command } from 'commander';

import type { ExitCode } from './exit-code.ts';
import {
  parseBoolean,
  parseCount,
  parseRunnerId,
  parseRunnerIds,
  parseRunnerType,
  parseServerUrl,
  parseTags,
  parseTimeLimit,
} from './option-values.ts';

type Done = (exitCode: ExitCode) => void;

const ACCESS_HELP = `
The address: --url, GITLAB_URL or CI_SERVER_URL. The personal access token: --token-file,
GITLAB_TOKEN or GITLAB_PRIVATE_TOKEN. Else both come from python-gitlab's configuration
(PYTHON_GITLAB_CFG, /etc/python-gitlab.cfg, ~/.python-gitlab.cfg).`;

/** Adds `fellrunner runners` and the commands below it; what they do is loaded when it is asked for. */
export function addRunners(program: Command, done: Done): void {
  const runners = program
    .command('runners')
    .description('look after the runners that a GitLab has, as their owner or administrator')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `${ACCESS_HELP}\n\nExample:\n  fellrunner runners list --status stale`);
  addReading(runners, done);
  addChanges(runners, done);
  addProjects(runners, done);
  addTokens(runners, done);
}

const asJson = ['--json', "as JSON, with GitLab's names"] as const;
const one = ['<ID>', "the runner's number", parseRunnerId] as const;
const many = ['<ID...>', "the runners' numbers", parseRunnerIds] as const;

function addReading(runners: Command, done: Done): void {
  const status = new Option('--status <STATUS>', 'whether they have been heard of');
  add(runners, 'list', 'list the runners of your projects and groups', 'list --tag-list gpu --json')
    .option('--all', 'all of the instance, for administrators')
    .option('--project <PROJECT>', "all that may take a project's jobs: its id, or its path")
    .option('--group <GROUP>', "a group's and what is above it: its id, or its path")
    .option('--type <TYPE>', 'instance_type, group_type or project_type', parseRunnerType)
    .addOption(status.choices(['online', 'offline', 'never_contacted', 'stale']))
    .addOption(
      yesOrNo('--paused [BOOL]', 'those that are paused, or with false those that are not'),
    )
    .option('--tag-list <TAGS>', 'those that have all of these tags', parseTags)
    .option('--version-prefix <VERSION>', 'those of a version: 19 or 19.4.')
    .option(...asJson)
    .action(async (flags) => done(await (await import('./commands/runners/list.ts')).list(flags)));
  add(runners, 'get', 'show one runner', 'get 7')
    .argument(...one)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/get.ts')).get(id, flags)),
    );
  const sort = new Option('--sort <ORDER>', 'the oldest first, or the newest (default: desc)');
  add(runners, 'jobs', 'list what a runner works on and has worked on', 'jobs 7 --status running')
    .argument(...one)
    .option('--status <STATUS>', 'running, success, failed, canceled, …')
    .option('--system-id <ID>', 'those of one of its processes; see managers')
    .addOption(sort.choices(['asc', 'desc']))
    .option('--limit <N>', 'how many at most; 0 for all (default: 100)', parseCount(0))
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/jobs.ts')).jobs(id, flags)),
    );
  add(runners, 'managers', "list the processes that use a runner's token", 'managers 7')
    .argument(...one)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/managers.ts')).managers(id, flags)),
    );
}

function addChanges(runners: Command, done: Done): void {
  withAttributes(add(runners, 'update', 'change a runner', 'update 7 --tag-list gpu,big --locked'))
    .argument(...one)
    .option('--maximum-timeout <S>', 'seconds a job may take; none for no limit', parseTimeLimit)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/change.ts')).update(id, flags)),
    );
  add(runners, 'pause', 'let runners get no new jobs', 'pause 7 8 9')
    .argument(...many)
    .action(async (ids: number[], flags) =>
      done(await (await import('./commands/runners/change.ts')).pause(ids, flags)),
    );
  add(runners, 'resume', 'let paused runners get jobs again', 'resume 7')
    .argument(...many)
    .action(async (ids: number[], flags) =>
      done(await (await import('./commands/runners/change.ts')).resume(ids, flags)),
    );
  add(runners, 'delete', 'delete runners', 'delete 7 8')
    .argument(...many)
    .action(async (ids: number[], flags) =>
      done(await (await import('./commands/runners/change.ts')).remove(ids, flags)),
    );
}

function addProjects(runners: Command, done: Done): void {
  const project = ['--project <PROJECT>', 'its id, or its path'] as const;
  add(runners, 'projects', 'list the projects of a project runner', 'projects 7')
    .argument(...one)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/projects.ts')).projects(id, flags)),
    );
  add(runners, 'enable', "let a runner take a project's jobs, too", 'enable 7 --project g/p')
    .argument(...one)
    .requiredOption(...project)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/projects.ts')).enable(id, flags)),
    );
  add(runners, 'disable', "end that a runner takes a project's jobs", 'disable 7 --project g/p')
    .argument(...one)
    .requiredOption(...project)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/projects.ts')).disable(id, flags)),
    );
}

function addTokens(runners: Command, done: Done): void {
  const createExample = 'create --project-id 5 --description big --tag-list gpu > token';
  withAttributes(add(runners, 'create', 'make a runner and print its token', createExample))
    .option('--type <TYPE>', 'instance_type, group_type or project_type', parseRunnerType)
    .option('--group-id <ID>', "whose runner it is to be: a group's", parseCount(1))
    .option('--project-id <ID>', "or a project's", parseCount(1))
    .option('--maximum-timeout <S>', 'seconds a job may take at most', parseCount(1))
    .option(...asJson)
    .action(async (flags) =>
      done(await (await import('./commands/runners/tokens.ts')).create(flags)),
    );
  add(runners, 'reset-token', 'give a runner a new token and print it', 'reset-token 7 > token')
    .argument(...one)
    .option(...asJson)
    .action(async (id: number, flags) =>
      done(await (await import('./commands/runners/tokens.ts')).resetToken(id, flags)),
    );
  add(
    runners,
    'reset-registration-token',
    'print a new token to register runners with, the old way',
    'reset-registration-token --project g/p',
  )
    .option('--project <PROJECT>', "a project's: its id, or its path")
    .option('--group <GROUP>', "a group's; without either the instance's")
    .option(...asJson)
    .action(async (flags) =>
      done(await (await import('./commands/runners/tokens.ts')).resetRegistrationToken(flags)),
    );
}

function add(runners: Command, name: string, description: string, example: string): Command {
  return runners
    .command(name)
    .description(description)
    .option('--url <URL>', "GitLab's address", parseServerUrl)
    .option('--token-file <FILE>', 'a file that holds a personal access token')
    .option('--gitlab <SECTION>', "a section of python-gitlab's configuration")
    .option('--tls-ca-file <FILE>', "authorities that have signed GitLab's certificate")
    .addHelpText('after', `${ACCESS_HELP}\n\nExample:\n  fellrunner runners ${example}`);
}

function withAttributes(command: Command): Command {
  const level = new Option('--access-level <LEVEL>', 'which branches and tags it takes jobs of');
  return command
    .option('--description <TEXT>', 'what people know it by')
    .option('--tag-list <TAGS>', 'its tags, all of them', parseTags)
    .addOption(yesOrNo('--run-untagged [BOOL]', 'whether it takes jobs without tags'))
    .addOption(yesOrNo('--paused [BOOL]', 'whether it gets no new jobs'))
    .addOption(yesOrNo('--locked [BOOL]', 'whether it is kept from further projects'))
    .addOption(level.choices(['not_protected', 'ref_protected']))
    .option('--maintenance-note <TEXT>', 'for those who look after it');
}

/** `--locked`, `--locked true` and `--locked=true` are the same. */
function yesOrNo(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseBoolean);
}
