import { Command, CommanderError, Option } from 'commander';

import type { CheckFlags } from './commands/check.ts';
import type { EmulatorFlags } from './commands/emulator.ts';
import type { EventsFlags } from './commands/events.ts';
import type { JobsFlags } from './commands/jobs.ts';
import type { ShowFlags } from './commands/show.ts';
import { ExitCode, UsageError } from './exit-code.ts';
import {
  parseAddress,
  parseByteSize,
  parseCount,
  parseJobName,
  parseSeconds,
  parseServerUrl,
} from './option-values.ts';
import type { RunFlags } from './run/run-settings.ts';
import { addRegistration } from './registration-program.ts';
import { addRunners } from './runners-program.ts';
import type { StoreFlags } from './store/open-reader.ts';
import { toUsageMessage } from './usage-message.ts';
import { packageVersion } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 configuration or handler not usable,
4 GitLab refused, 5 GitLab not reachable, 6 store, 130 and 143 a second signal.`;

/**
 * Parses the command line and runs the command; returns what to exit with. Commands are loaded
 * only when called, so that help is there at once.
 *
 * @throws UsageError
 */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') return ExitCode.wrongUsage;
    if (error.exitCode !== 0) throw new UsageError(toUsageMessage(error.message));
  }
  return exitCode;
}

type Done = (exitCode: ExitCode) => void;

function createProgram(done: Done): Command {
  const program = new Command('fellrunner')
    .description('Runs GitLab jobs, and goes on with them after it was killed.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    // Errors are thrown, and worded in one place with all others.
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `\n'fellrunner COMMAND --help' has each command's options.\n${EXIT_CODES}`,
    );
  addRun(program, done);
  addEmulator(program, done);
  addStoreCommands(program, done);
  addRegistration(program, done);
  addRunners(program, done);
  return program;
}

function addRun(program: Command, done: Done): void {
  const stop = new Option('--on-stop <WAY>', 'what SIGTERM and SIGINT do with running jobs');
  const level = new Option('--log-level <LEVEL>', 'the least important lines of the log to show');
  const format = new Option('--log-format <FORMAT>', 'for people or for programs');
  const interval = new Option(
    '--check-interval <S>',
    'seconds between two requests for a job, where GitLab does not hold them; 0 for the default (3)',
  );
  const config = new Option('--config <FILE>', 'a config.toml as gitlab-runner has it');
  program
    .command('run')
    .description('ask GitLab for jobs and run them')
    .option('--url <URL>', "GitLab's address", parseServerUrl)
    .option(
      '--handler <FILE>',
      'a module (.ts, .mts, .js, .mjs) whose default export does the jobs',
    )
    .addOption(new Option('--executor <NAME>', 'does the jobs in a shell').choices(['shell']))
    .addOption(config.conflicts(['url', 'handler', 'executor', 'name']))
    .option('--token <TOKEN>', "the runner's token; others on the machine can see it here")
    .option('--token-file <FILE>', 'a file that holds it; else FELLRUNNER_TOKEN does')
    .option('--name <NAME>', 'what the runner is called in logs and stores')
    .option('--concurrency <N>', 'how many jobs run at once (default: 1)', parseCount(1))
    .option('--store <FILE>', "where jobs' facts are kept (default: below $XDG_STATE_HOME)")
    .option('--builds-dir <DIR>', "where the shell has jobs' folders (default: beside the store)")
    .option('--user <NAME>', 'whose account the shell runs scripts in; the runner has to be root')
    .addOption(interval.argParser(parseSeconds))
    .option('--max-jobs <N>', 'end when N jobs were asked for and reported', parseCount(0))
    .option('--output-limit <SIZE>', "of a job's log; 0 for none (default: 4MiB)", parseByteSize)
    .option('--cancel-grace <S>', 'seconds a canceled job has to end (default: 10)', parseSeconds)
    .addOption(stop.choices(['detach', 'drain', 'abort']))
    .option(
      '--shutdown-timeout <S>',
      'seconds that drain and abort have (default: 30)',
      parseSeconds,
    )
    .option('--takeover', 'take the place of the runner that uses the store; its jobs go on here')
    .addOption(level.choices(['debug', 'info', 'warn', 'error']))
    .addOption(format.choices(['text', 'json']))
    .option('--tls-ca-file <FILE>', "authorities that signed GitLab's certificate, as PEM")
    .option('--tls-cert-file <FILE>', 'the certificate that the runner shows to GitLab')
    .option('--tls-key-file <FILE>', 'its key')
    .option('--no-rotate', 'leave a token that expires in the config.toml as it is')
    .option('--listen <ADDR:PORT>', 'serve /metrics, /health/live and /health/ready', parseAddress)
    .addHelpText('after', RUN_HELP)
    .action(async (flags: RunFlags) => done(await (await import('./commands/run.ts')).run(flags)));
}

const RUN_HELP = `
Detached jobs go on without the runner, and the next start takes them up: that is the default
where every running job can. SIGQUIT drains; a second SIGINT or SIGTERM leaves at once; SIGHUP
reads the --config again.

Examples:
  FELLRUNNER_TOKEN=glrt-… fellrunner run --url https://gitlab.example.com --handler job.ts
  fellrunner run --url https://gitlab.example.com --executor shell --token-file token --concurrency 4
  fellrunner run --config /etc/gitlab-runner/config.toml --on-stop drain`;

function addEmulator(program: Command, done: Done): void {
  program
    .command('emulator')
    .description('serve a GitLab for trying things out; its address and tokens are printed as JSON')
    .option('--listen <ADDR:PORT>', 'where (default: any free port of 127.0.0.1)', parseAddress)
    .option('--pipeline <DIR>', 'a repository whose .gitlab-ci.yml is run at once')
    .option('--update-interval <S>', "what jobs' logs are asked for by default", parseSeconds)
    .option('--long-poll <S>', 'how long a request for a job is held', parseSeconds)
    .addHelpText('after', '\nExample:\n  fellrunner emulator --listen 127.0.0.1:8080')
    .action(async (flags: EmulatorFlags) =>
      done(await (await import('./commands/emulator.ts')).emulator(flags)),
    );
}

function addStoreCommands(program: Command, done: Done): void {
  const store = ['--store <FILE>', "the runner's store (default: as for run)"] as const;
  const asJson = ['--json', 'as JSON'] as const;
  const named = ['<JOB>', "GitLab's id, or HOST/ID where two match", parseJobName] as const;
  program
    .command('jobs')
    .description('list the jobs that are not finished and reported')
    .option(...store)
    .option(...asJson)
    .option('--all', 'those that are, too')
    .addHelpText('after', '\nExample:\n  fellrunner jobs --all')
    .action(async (flags: JobsFlags) =>
      done(await (await import('./commands/jobs.ts')).jobs(flags)),
    );
  program
    .command('show')
    .description('show where a job stands')
    .argument(...named)
    .option(...store)
    .option(...asJson)
    .addHelpText('after', '\nExample:\n  fellrunner show gitlab.example.com/42')
    .action(async (job: string, flags: ShowFlags) =>
      done(await (await import('./commands/show.ts')).show(job, flags)),
    );
  program
    .command('log')
    .description("print a job's log as far as it has come")
    .argument(...named)
    .option(...store)
    .addHelpText('after', '\nExample:\n  fellrunner log 42')
    .action(async (job: string, flags: StoreFlags) =>
      done(await (await import('./commands/log.ts')).log(job, flags)),
    );
  program
    .command('events')
    .description('list all that happened to a job')
    .argument(...named)
    .option(...store)
    .option(...asJson)
    .addHelpText('after', '\nExample:\n  fellrunner events 42 --json')
    .action(async (job: string, flags: EventsFlags) =>
      done(await (await import('./commands/events.ts')).events(job, flags)),
    );
  program
    .command('check')
    .description('read a store from end to end and tell what is wrong with it')
    .option(...store)
    .option('--mend', 'mend what can be mended; no runner may use the store')
    .addHelpText('after', '\nExample:\n  fellrunner check --mend')
    .action(async (flags: CheckFlags) =>
      done(await (await import('./commands/check.ts')).check(flags)),
    );
}
