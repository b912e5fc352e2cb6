import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** What differs from one run to the next, whichever runner it is. */
export interface Surroundings {
  /** The folder that all files of a run are in. */
  readonly folder: string;
  readonly url: string;
  readonly runnerToken: string;
}

/**
 * Takes out of a log what no two runs have in common: times, folders, ports, tokens, and the names
 * and versions of the runners. All that is normalised is normalised here.
 */
export function normaliseLog(text: string, surroundings: Surroundings): readonly string[] {
  const { folder, runnerToken, url } = surroundings;
  const visible = text
    .replaceAll(folder, 'FOLDER')
    .replaceAll(url.slice('http://'.length), 'GITLAB')
    .replaceAll(`Running on ${hostname()}...`, 'Running on HOST...')
    .replaceAll(shortForms(runnerToken), 'TOKEN')
    .replaceAll(/section_(start|end):\d+/g, 'section_$1:TIME')
    .replaceAll(/Running with \S+ [\d.]+\S* \(\w+\)/g, 'Running with RUNNER')
    .replaceAll(/(  on beside TOKEN), system ID: \w+/g, '$1')
    .replaceAll(/(token=)[\w-]+/g, '$1JOB_TOKEN')
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'REQUEST')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME')
    .replaceAll(/(\btick\n)+/g, 'tick\n')
    .replaceAll(LFS_LINES, '$1')
    .replaceAll('\u001B', '\\e')
    .replaceAll('\r', '\\r');
  return visible.split('\n').map(shorten);
}

/** What both say where git has LFS, which one machine has and the next has not. */
const LFS_LINES =
  /(Checking out .* as detached HEAD .*\n)\n|\x1b\[32;1mPulling LFS files\.\.\.\x1b\[0;m\n(?:Entering '.*'\n)*/g;

const LONGEST_LINE = 2_000;

/** A line of a hundred thousand characters is the same where its checksum is. */
function shorten(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  const sum = createHash('sha256').update(line).digest('hex');
  return `${line.length} characters, sha256 ${sum}`;
}

/** The part of the token that names build folders: what each version takes for it. */
function shortForms(token: string): RegExp {
  const withoutKind = token.replace(/^glrt-/, '');
  const bare = withoutKind.replace(/^t\d_/, '');
  const forms = [withoutKind, bare].flatMap((it) => [it.slice(0, 9), it.slice(0, 8)]);
  return new RegExp(`(?<=[ /])(${forms.join('|')})(?=[/,\\u001B])`, 'g');
}
