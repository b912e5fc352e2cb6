import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the official runner is set up, by what makes it faster. */
export interface OfficialChoices {
  readonly name: string;
  /** It asks for one job per interval and entry. */
  readonly entries?: number;
  readonly checkIntervalS?: number;
  readonly timestamps?: boolean;
  readonly options?: readonly string[];
}

/** Writes a config.toml for the coordinator to fill in; gives its path. */
export function officialConfig(folder: string, choices: OfficialChoices): string {
  const { checkIntervalS = 3, entries = 1, name, timestamps = true } = choices;
  const head = [
    'concurrent = {concurrency}',
    `check_interval = ${checkIntervalS}`,
    'log_level = "warn"',
    'shutdown_timeout = 1',
  ];
  const runners = Array.from({ length: entries }, (_unused, index) => entry(index, timestamps));
  const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/g, '-')}.toml.tmpl`);
  writeFileSync(file, [...head, ...runners].join('\n'));
  return file;
}

function entry(index: number, timestamps: boolean): string {
  return `
[[runners]]
  name = "bench-${index}"
  url = "{url}"
  token = "{token}"
  executor = "shell"
  shell = "bash"
  builds_dir = "{dir}/builds"
  cache_dir = "{dir}/cache"
  request_concurrency = 1000
  output_limit = 4194304
  [runners.feature_flags]
    FF_USE_ADAPTIVE_REQUEST_CONCURRENCY = true
    FF_TIMESTAMPS = ${timestamps}
`;
}
