import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a thread's busy time went: by part, in ms. */
export type BusyTime = ReadonlyMap<string, number>;

/** As `--cpu-prof` writes it, but for what is not read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** The node that ran at each look, and the microseconds since the look before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const GARBAGE = 'collecting garbage';
const REST = 'the rest';

/** The innermost code that one of these names says what the time was spent for. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^node:internal\/(modules|bootstrap|deps)\//, 'loading modules'],
  [/^persistence\/commit-queue/, 'commits'],
  [/^persistence\/|better-sqlite3/, "events' rows and keys"],
  [/^archive\/remove-tree|^engine\/remove-folder/, 'removing folders'],
  [/undici|^core\/gitlab\//, 'requests, payloads'],
  [/piscina|^engine\/pool\//, 'talking to threads'],
  [/^engine\/(trace\/|worker\/(follow|spool|raw|offset|replayed|job-log))/, 'the log'],
  [/^executors\/(step|process)\//, 'starting, watching, ending a step'],
  [/^executors\//, 'the executor: folders, variables, script'],
  [/^(engine|core|cli)\//, "jobs' lives"],
];

/** Reads the profiles that a process has left: of its main thread, and of all others together. */
export function readProfiles(folder: string): Readonly<Record<'main' | 'others', BusyTime>> {
  const threads = { main: new Map<string, number>(), others: new Map<string, number>() };
  for (const name of readdirSync(folder).filter((it) => it.endsWith('.cpuprofile'))) {
    // CPU.day.time.pid.thread.number.cpuprofile
    const thread = name.split('.').at(-3) === '0' ? threads.main : threads.others;
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
    addBusyTime(profile, thread);
  }
  return threads;
}

function addBusyTime(profile: CpuProfile, sum: Map<string, number>): void {
  const { nodes, samples, timeDeltas } = profile;
  const parts = new Map<number, string | undefined>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, outer: string | undefined): void => {
    const node = byId.get(id);
    const part = (node && partOf(node.callFrame)) ?? outer;
    parts.set(id, part);
    for (const child of node?.children ?? []) visit(child, part);
  };
  const [root] = nodes;
  if (root !== undefined) visit(root.id, REST);
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id);
    if (part === undefined || byId.get(id)?.callFrame.functionName === '(idle)') continue;
    sum.set(part, (sum.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
}

function partOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']) {
  if (functionName === '(garbage collector)') return GARBAGE;
  const [, name, path] = /(?:@fellrunner|packages)\/(\w+)\/(?:dist|src)\/(.*)/.exec(url) ?? [];
  const code = name === undefined ? url : `${name}/${path}`;
  return PARTS.find(([pattern]) => pattern.test(code))?.[1];
}
