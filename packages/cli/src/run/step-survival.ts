import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What decides whether a shell step's process outlives the runner's. */
export interface ProcessSurroundings {
  readonly pid: number;
  readonly parentPid: number;
  readonly env: NodeJS.ProcessEnv;
  /** The command of process 1; empty where it cannot be read. */
  readonly firstProcess: string;
  /** What a unit of systemd does when its main process ends; undefined where nobody says. */
  readonly killMode: (unit: string) => string | undefined;
  /** `/proc/self/cgroup`. */
  readonly groups: string;
}

/** Inits that end their container when the one process ends that they were started with. */
const SINGLE_CHILD_INITS = new Set(['tini', 'docker-init', 'dumb-init', 'catatonit']);

/** Why the steps of the shell would end with the runner; undefined where they live on. */
export function whatEndsSteps(surroundings: ProcessSurroundings): string | undefined {
  const { env, firstProcess, groups, parentPid, pid, killMode } = surroundings;
  if (pid === 1) return 'the runner is process 1 of its container, which ends with it';
  if (parentPid === 1 && SINGLE_CHILD_INITS.has(firstProcess)) {
    return `${firstProcess} ends the container with the runner`;
  }
  // systemd says so to the main process of a unit, and the variable is inherited by the others.
  if (env['SYSTEMD_EXEC_PID'] !== String(pid)) return undefined;
  const unit = /\/([^/\n]+\.service)(?:\/|$)/m.exec(groups)?.[1];
  if (unit === undefined) return undefined;
  const mode = killMode(unit);
  return mode === undefined || mode === 'process' || mode === 'none'
    ? undefined
    : `${unit} has KillMode=${mode}, so systemd ends them with the runner; it needs KillMode=process`;
}

/** What holds for this process. */
export function ownSurroundings(): ProcessSurroundings {
  return {
    pid: process.pid,
    parentPid: process.ppid,
    env: process.env,
    firstProcess: readProc('/proc/1/comm').trim(),
    groups: readProc('/proc/self/cgroup'),
    killMode: askSystemd,
  };
}

function askSystemd(unit: string): string | undefined {
  const manager = process.getuid?.() === 0 ? '--system' : '--user';
  try {
    const args = [manager, 'show', '--property=KillMode', '--value', '--', unit];
    const answer = execFileSync('systemctl', args, {
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.trim() || undefined;
  } catch {
    // Not asked to be certain: a start must not hang on a systemctl that is missing or stuck.
    return undefined;
  }
}

function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // macOS has no /proc, and neither systemd nor containers.
    return '';
  }
}
