import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A process of a job that lives on though its runner has ended. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/** The processes whose environment or folder is below a run's folder. */
export function leftProcesses(folder: string): readonly LeftProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isBelow(pid, folder))
    .map((pid) => ({
      pid: Number(pid),
      command: tryRead(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()),
    }));
}

const SETTLE_MS = 2_000;

/** What is left once those had their time that the runner's own end takes along. */
export async function lastingProcesses(folder: string): Promise<readonly LeftProcess[]> {
  const until = performance.now() + SETTLE_MS;
  let left = leftProcesses(folder);
  while (left.length > 0 && performance.now() < until) {
    await setTimeout(50);
    left = leftProcesses(folder);
  }
  return left;
}

/** Files of jobs that are still there, other than their projects and what is kept beside those. */
export function leftFiles(folder: string): readonly string[] {
  const beside = globSync('builds/*/*/**/*.tmp/*', { cwd: folder }).filter(
    (path) => !/\/(git-template|gitlab_runner_env)$/.test(path),
  );
  const jobs = join(folder, 'state', 'store.db.jobs');
  return [
    ...beside.map((path) => path.slice(path.indexOf('.tmp/'))),
    ...(existsSync(jobs) ? readdirSync(jobs) : []),
  ];
}

function isBelow(pid: string, folder: string): boolean {
  if (pid === String(process.pid)) return false;
  const environment = tryRead(() => readFileSync(`/proc/${pid}/environ`, 'latin1'));
  const current = tryRead(() => readlinkSync(`/proc/${pid}/cwd`));
  return environment.includes(`HOME=${folder}`) || current.startsWith(folder);
}

/** A process may end while it is looked at. */
function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
