import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { parse } from 'smol-toml';

import type { RunnerSetup } from '../run/runner-setup.ts';
import {
  configError,
  syntaxError,
  unknownKeyError,
  unreadable,
  valueError,
} from './config-error.ts';
import type { ConfigSource } from './config-error.ts';
import { configSchema, type WireConfig } from './config-schema.ts';
import { findOtherKeys } from './known-keys.ts';
import { readRunner, type EntrySurroundings } from './runner-entry.ts';

/** A `config.toml`, read. */
export interface Config {
  /** How many jobs run at once, over all runners. */
  readonly concurrent: number;
  readonly runners: readonly RunnerSetup[];
  readonly shutdownTimeoutMs: number | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | undefined;
  readonly logFormat: 'text' | 'json' | undefined;
  readonly listenAddress: string | undefined;
  /** What an operator should know: keys that are not used, entries that are left out. */
  readonly warnings: readonly string[];
}

/** What a configuration does not say itself. */
export interface ConfigDefaults extends Pick<
  EntrySurroundings,
  'token' | 'workFolder' | 'buildsDir' | 'env'
> {
  /** Goes before the file's own. */
  readonly concurrent: number | undefined;
  /** The same. */
  readonly user: string | undefined;
}

/**
 * Reads a configuration file whole, before anything is done with it.
 *
 * @throws RunnerError `CONFIG_INVALID`, naming file, line and key.
 */
export function readConfig(file: string, defaults: ConfigDefaults): Config {
  return parseConfig({ file, text: readText(file) }, defaults);
}

/** @throws RunnerError `CONFIG_INVALID`, naming file, line and key. */
export function parseConfig(source: ConfigSource, defaults: ConfigDefaults): Config {
  const { wire, unused } = check(source);
  const concurrent = defaults.concurrent ?? wire.concurrent;
  const surroundings = {
    ...defaults,
    source,
    folder: dirname(source.file),
    concurrent,
    checkIntervalMs: wire.check_interval === 0 ? undefined : wire.check_interval * 1000,
    user: defaults.user ?? wire.user,
    labels: wire.labels ?? {},
  };
  const runners: RunnerSetup[] = [];
  const warnings =
    unused.length === 0 ? [] : [`${source.file}: not used here: ${unused.join(', ')}`];
  for (const [index, runner] of wire.runners.entries()) {
    const entry = readRunner(runner, index, surroundings);
    if (entry.kind === 'runner') runners.push(entry.setup);
    else warnings.push(entry.why);
  }
  if (runners.length === 0) {
    throw configError(source, ['runners', 0, 'executor'], warnings.at(-1) ?? 'no runner is left');
  }
  return { ...toGlobals(wire), concurrent, runners, warnings };
}

function check(source: ConfigSource): { wire: WireConfig; unused: readonly string[] } {
  const document = parseToml(source);
  const { unknown, unused } = findOtherKeys(document);
  const [first] = unknown;
  if (first !== undefined) throw unknownKeyError(source, first, unknown.length - 1);
  const checked = configSchema.safeParse(document);
  if (!checked.success) throw valueError(source, checked.error);
  return { wire: checked.data, unused };
}

function parseToml(source: ConfigSource): Record<string, unknown> {
  try {
    return parse(source.text);
  } catch (error) {
    throw syntaxError(source, error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

const LEVELS = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  panic: 'error',
} as const;

/** In gitlab-runner a 0 means its default, which is ours. */
function toGlobals(wire: WireConfig): Omit<Config, 'concurrent' | 'runners' | 'warnings'> {
  const { listen_address, log_format, log_level, shutdown_timeout } = wire;
  return {
    shutdownTimeoutMs: shutdown_timeout === 0 ? undefined : shutdown_timeout * 1000,
    logLevel: log_level && LEVELS[log_level],
    logFormat: log_format && (log_format === 'json' ? 'json' : 'text'),
    listenAddress: listen_address === '' ? undefined : listen_address,
  };
}
