import { InvalidArgumentError } from 'commander';

import { UsageError } from './exit-code.ts';

const UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['kib', 1024],
  ['kb', 1000],
  ['m', 1024 ** 2],
  ['mib', 1024 ** 2],
  ['mb', 1000 ** 2],
  ['g', 1024 ** 3],
  ['gib', 1024 ** 3],
  ['gb', 1000 ** 3],
]);

/** `4MiB`, `512k` (= 512KiB), `1.5GB` or bytes; 0 means none. */
export function parseByteSize(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  if (amount === undefined || factor === undefined) {
    throw new InvalidArgumentError('It is a size such as 4MiB, 512k or 0.');
  }
  return Math.round(Number(amount) * factor);
}

/** A whole number from `least` on. */
export function parseCount(least: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (count >= least) return count;
    throw new InvalidArgumentError(`It is a whole number from ${least} on.`);
  };
}

/** Seconds, to milliseconds. */
export function parseSeconds(text: string): number {
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  throw new InvalidArgumentError('It is a number of seconds.');
}

/** `ADDR:PORT`, `:PORT` or `[IPv6]:PORT`, as it was typed. */
export function parseAddress(text: string): string {
  const [, port] = /^(?:\[[\da-f:.]+\]|[^:[\]]*):(\d{1,5})$/i.exec(text) ?? [];
  if (port !== undefined && Number(port) <= 65_535) return text;
  throw new InvalidArgumentError('It is an address such as 127.0.0.1:9252 or [::1]:9252.');
}

/** A job's id, or its server's host and its id. */
export function parseJobName(text: string): string {
  if (/^(.+\/)?\d{1,15}$/.test(text.trim())) return text.trim();
  throw new InvalidArgumentError('A job is 42 or gitlab.example.com/42.');
}

/** @throws UsageError */
export function parseServerUrl(text: string): string {
  const problem = urlProblem(text);
  if (problem === undefined) return text;
  throw new UsageError(`--url ${problem}`);
}

/**
 * What keeps a text from being a GitLab's address. The text is not repeated: there may be a
 * password in it, or a token in its place.
 */
export function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  // A browser's rules would mend `https:/gitlab.example.com`, but a look at it would not.
  if (url === null || !/^\s*https?:\/\//i.test(text)) {
    return 'is no address of a GitLab; one looks like https://gitlab.example.com';
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return "has more in it than a GitLab's address; leave out what is before @ and after ? or #";
  }
  return undefined;
}

/** `7`, or `#7` as GitLab's pages have it. */
export function parseRunnerId(text: string): number {
  if (/^#?\d{1,15}$/.test(text)) return Number(text.replace('#', ''));
  throw new InvalidArgumentError('A runner is named by its number.');
}

/** One more number of a list of runners. */
export function parseRunnerIds(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), parseRunnerId(text)];
}

export function parseBoolean(text: string): boolean {
  if (/^(?:true|t|1)$/i.test(text)) return true;
  if (/^(?:false|f|0)$/i.test(text)) return false;
  throw new InvalidArgumentError('It is true or false.');
}

/** Tags with commas between them; none where the text is empty. */
export function parseTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim());
  return tags.filter((tag) => tag !== '');
}

/** `instance_type`, or `instance` in short. */
export function parseRunnerType(text: string): 'instance_type' | 'group_type' | 'project_type' {
  const type = `${text.replace(/_type$/, '')}_type`;
  if (type === 'instance_type' || type === 'group_type' || type === 'project_type') return type;
  throw new InvalidArgumentError('It is instance_type, group_type or project_type.');
}

/** Seconds that a job may take at most; `none` for no limit. */
export function parseTimeLimit(text: string): number | null {
  if (text === 'none') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of seconds, or none.');
}

/** Collects `KEY=value`; several in one text have commas between them, as in gitlab-runner. */
export function parsePairs(text: string, before: readonly string[] | undefined): string[] {
  const pairs = text.split(/,(?=\w+=)/);
  if (pairs.every((pair) => /^\w+=/.test(pair))) return [...(before ?? []), ...pairs];
  throw new InvalidArgumentError('It is KEY=value.');
}
