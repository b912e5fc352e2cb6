import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One of the two runners: both read the same `config.toml` and end by the same signals. */
export interface RunnerKind {
  readonly name: 'fellrunner' | 'gitlab-runner';
  command(config: string, folder: string): readonly string[];
}

const MAIN = join(dirname(import.meta.dirname), 'packages/cli/src/main.ts');

export const fellrunner: RunnerKind = {
  name: 'fellrunner',
  command: (config, folder) => [
    process.execPath,
    '--conditions=@fellrunner/source',
    MAIN,
    'run',
    '--config',
    config,
    '--store',
    join(folder, 'state', 'store.db'),
    '--cancel-grace',
    '2',
  ],
};

/** The official runner, wherever its binary is. */
export function gitlabRunner(binary: string): RunnerKind {
  return { name: 'gitlab-runner', command: (config) => [binary, 'run', '--config', config] };
}

export interface StartRunner {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  /** More lines for the runner's entry. */
  readonly config: string;
}

/** Starts it with a home folder of its own: a profile is its owner's, and slow. */
export function startRunner(kind: RunnerKind, options: StartRunner): ChildProcess {
  const { folder } = options;
  const config = join(folder, 'config.toml');
  writeFileSync(config, configOf(options), { mode: 0o600 });
  const log = openSync(join(folder, 'runner.log'), 'a');
  const [program = '', ...args] = kind.command(config, folder);
  const child = spawn(program, args, {
    cwd: folder,
    env: { HOME: folder, PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', USER: 'beside' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

/** Lets it end by itself, and ends it where it cannot. */
export async function endRunner(child: ChildProcess, afterMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGQUIT');
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(timer);
}

function configOf({ config, folder, token, url }: StartRunner): string {
  return `concurrent = 1
check_interval = 1
shutdown_timeout = 5

[[runners]]
  name = "beside"
  url = "${url}"
  token = "${token}"
  executor = "shell"
  shell = "bash"
  builds_dir = "${folder}/builds"
  cache_dir = "${folder}/cache"
  ${config}
`;
}
