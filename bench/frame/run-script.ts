import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs a module of this folder in a process of its own, and gives the JSON that it prints: a
 * limit must not share its thread with the server that it is measured against.
 */
export async function runScript<T>(file: URL, args: readonly string[]): Promise<T> {
  const words = ['--conditions=@fellrunner/source', file.pathname, ...args];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${file.pathname} ended with ${code}.`);
  return JSON.parse(output) as T;
}
