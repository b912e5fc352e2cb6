import { dirname, join, resolve } from 'node:path';

import type { Config } from '../config/read-config.ts';
import { UsageError } from '../exit-code.ts';
import type { LogLevel } from '../log/text-line.ts';
import { storeFile, type StoreFlags } from '../store/open-reader.ts';
import { findToken } from './runner-token.ts';
import type { RunnerSetup, Work } from './runner-setup.ts';

/** The options of `fellrunner run` as they were typed; times in milliseconds, sizes in bytes. */
export interface RunFlags extends StoreFlags {
  readonly url?: string;
  readonly handler?: string;
  readonly executor?: 'shell';
  readonly config?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly concurrency?: number;
  readonly buildsDir?: string;
  readonly user?: string;
  readonly checkInterval?: number;
  readonly maxJobs?: number;
  readonly outputLimit?: number;
  readonly cancelGrace?: number;
  readonly onStop?: 'detach' | 'drain' | 'abort';
  readonly shutdownTimeout?: number;
  readonly takeover?: true;
  readonly logLevel?: LogLevel;
  readonly logFormat?: 'text' | 'json';
  readonly listen?: string;
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  /** False after `--no-rotate`. */
  readonly rotate?: boolean;
}

/** What `run` does, complete: from options, or from a `config.toml` with the options above it. */
export interface RunSettings {
  readonly runners: readonly RunnerSetup[];
  /** How many jobs at once, over all runners. */
  readonly concurrent: number;
  readonly shutdownTimeoutMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
  readonly listen: string | undefined;
  /** To be told once the runner runs. */
  readonly warnings: readonly string[];
}

const SHUTDOWN_TIMEOUT_MS = 30_000;

/**
 * Reads what there is to read; called again at each reload. What a file needs to be read is loaded
 * where there is one.
 *
 * @throws UsageError; RunnerError `CONFIG_INVALID`.
 */
export async function readSettings(flags: RunFlags, env: NodeJS.ProcessEnv): Promise<RunSettings> {
  const found = findToken({ token: flags.token, tokenFile: flags.tokenFile, env });
  const tokenWarnings = found?.warning === undefined ? [] : [found.warning];
  const workFolder = dirname(resolve(storeFile(flags)));
  const config =
    flags.config === undefined
      ? fromFlags(flags, found?.token, workFolder)
      : (await import('../config/read-config.ts')).readConfig(resolve(flags.config), {
          token: found?.token,
          workFolder,
          buildsDir: buildsFolder(flags, workFolder),
          concurrent: flags.concurrency,
          user: flags.user,
          env,
        });
  const { concurrent, runners, warnings } = config;
  return {
    runners: runners.map((runner) => withFlags(runner, flags)),
    concurrent,
    shutdownTimeoutMs: flags.shutdownTimeout ?? config.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS,
    logLevel: flags.logLevel ?? config.logLevel ?? 'info',
    logFormat: flags.logFormat ?? config.logFormat ?? 'text',
    listen: flags.listen ?? config.listenAddress,
    warnings: [...tokenWarnings, ...warnings],
  };
}

function fromFlags(
  flags: RunFlags,
  token: RunnerSetup['token'] | undefined,
  folder: string,
): Config {
  const { concurrency = 1, name = 'fellrunner', url } = flags;
  if (url === undefined) throw new UsageError('--url is missing, or --config; see run --help.');
  const work = toWork(flags, folder);
  if (token === undefined) {
    throw new UsageError(
      'the runner token is missing: set FELLRUNNER_TOKEN, or name a file that holds it with --token-file.',
    );
  }
  const runner: RunnerSetup = {
    name,
    url,
    token,
    work,
    limit: concurrency,
    outputLimitBytes: undefined,
    requestConcurrency: undefined,
    checkIntervalMs: undefined,
    info: {},
    tls: {},
    tokenPlace: undefined,
  };
  return {
    concurrent: concurrency,
    runners: [runner],
    shutdownTimeoutMs: undefined,
    logLevel: undefined,
    logFormat: undefined,
    listenAddress: undefined,
    warnings: [],
  };
}

function toWork(flags: RunFlags, folder: string): Work {
  const { buildsDir, executor, handler, user } = flags;
  if (handler !== undefined && executor !== undefined) {
    throw new UsageError('--handler and --executor exclude each other.');
  }
  if (handler !== undefined) {
    if (buildsDir !== undefined) throw new UsageError('--builds-dir is for --executor shell only.');
    if (user !== undefined) throw new UsageError('--user is for --executor shell only.');
    return { kind: 'handler', file: resolve(handler), environment: {} };
  }
  if (executor === undefined) {
    throw new UsageError('--handler FILE or --executor shell is missing; see run --help.');
  }
  const options = {
    buildsDir: buildsFolder(flags, folder),
    cacheDir: join(folder, 'cache'),
    ...(user !== undefined && { user }),
  };
  return { kind: 'shell', options };
}

function buildsFolder({ buildsDir }: RunFlags, folder: string): string {
  return resolve(buildsDir ?? join(folder, 'builds'));
}

/** What was typed goes before what the configuration says of each runner. */
function withFlags(runner: RunnerSetup, flags: RunFlags): RunnerSetup {
  const { checkInterval = 0, outputLimit, tlsCaFile, tlsCertFile, tlsKeyFile } = flags;
  const tls = {
    ...runner.tls,
    ...(tlsCaFile !== undefined && { caFile: resolve(tlsCaFile) }),
    ...(tlsCertFile !== undefined && { certFile: resolve(tlsCertFile) }),
    ...(tlsKeyFile !== undefined && { keyFile: resolve(tlsKeyFile) }),
  };
  return {
    ...runner,
    tls,
    outputLimitBytes: outputLimit ?? runner.outputLimitBytes,
    // As in gitlab-runner's file, 0 means the default.
    checkIntervalMs: checkInterval === 0 ? runner.checkIntervalMs : checkInterval,
  };
}
