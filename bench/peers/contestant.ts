import type { Command } from '../frame/command.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { officialConfig, type OfficialChoices } from './official-config.ts';

/** A runner in one of its ways, as a command line for the coordinator to fill in and start. */
export interface Contestant {
  readonly name: string;
  readonly words: readonly string[];
  /** Options of the coordinator for this one alone, after those of the scenario. */
  readonly options?: readonly string[];
}

/** The runners that are there to be compared; a peer that was not given is left out. */
export interface Programs {
  readonly ours: Command;
  readonly rust: string | undefined;
  readonly go: string | undefined;
  /** Where configuration files may be written. */
  readonly folder: string;
}

/** Login profiles of whoever measures must not be measured. */
const AT_HOME = ['env', 'HOME={dir}'];
const ADDRESS = ['--url', '{url}', '--token', '{token}', '--concurrency', '{concurrency}'];

export function oursWithHandler(
  { ours }: Programs,
  handler: string,
  name: string,
  args: readonly string[] = [],
): Contestant[] {
  return ourCommand(ours, name, ['--handler', handlerFile(handler), ...args]);
}

export function oursWithShell({ ours }: Programs): Contestant[] {
  return ourCommand(ours, 'fellrunner, shell', ['--executor', 'shell', '--output-limit', '0']);
}

function ourCommand(ours: Command, name: string, args: readonly string[]): Contestant[] {
  const store = ['--store', '{dir}/fellrunner.db', '--log-level', 'warn'];
  return [{ name, words: [...AT_HOME, ...ours.words, 'run', ...ADDRESS, ...store, ...args] }];
}

export function rustCrate(
  { rust }: Programs,
  mode: string,
  options: readonly string[] = [],
): Contestant[] {
  if (rust === undefined) return [];
  return [{ name: 'Rust crate', words: [rust, ...ADDRESS, '--mode', mode], options }];
}

export function official({ folder, go }: Programs, choices: OfficialChoices): Contestant[] {
  if (go === undefined) return [];
  const config = officialConfig(folder, choices);
  const words = [...AT_HOME, go, 'run', '--config', `{file:${config}}`];
  const { name, options } = choices;
  return [{ name: `gitlab-runner, ${name}`, words, ...(options && { options }) }];
}
