import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';

const WHO = ['-c', 'user.name=Fellrunner', '-c', 'user.email=fellrunner@example.com'];
const PLAIN = ['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null'];

/** Makes a repository of one commit with a folder's files in it. */
export function makeRepository(source: string, path: string): string {
  const git = (...args: readonly string[]): Buffer =>
    execFileSync('git', [...WHO, ...PLAIN, ...args], { cwd: path });
  cpSync(source, path, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Add the example');
  return path;
}
