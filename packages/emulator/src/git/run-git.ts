import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const options = { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 } as const;

/** The environment for git: nobody's configuration, and no repository but the one that is named. */
export function gitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...extra,
  };
}

/** Whoever owns the repository: it is only read. */
function argumentsFor(folder: string, args: readonly string[]): string[] {
  return ['-c', 'safe.directory=*', '-C', folder, ...args];
}

/** Runs git in a repository and gives what it printed; throws where it fails. */
export function runGitRaw(folder: string, ...args: string[]): string {
  return execFileSync('git', argumentsFor(folder, args), {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: gitEnvironment(),
  });
}

/** The same without the blanks at the end. */
export function runGit(folder: string, ...args: string[]): string {
  return runGitRaw(folder, ...args).trimEnd();
}

/** The same without blocking. */
export async function runGitAsync(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', argumentsFor(folder, args), {
    ...options,
    env: gitEnvironment(),
  });
  return stdout.trimEnd();
}
