import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

import { printable } from '../terminal/printable.ts';

const TAIL_BYTES = 2048;

/** The last line with something on it, as a terminal would show it: after its last return. */
export function lastLineOf(log: string): string {
  const lines = stripVTControlCharacters(log)
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1)?.trim() ?? '')
    // The marks of sections are for GitLab.
    .filter((line) => line !== '' && !/^section_(start|end):/.test(line));
  return printable(lines.at(-1) ?? '');
}

/** The last line of a file that is being written; empty where there is no file yet. */
export async function readLastLine(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return lastLineOf(tail.toString());
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
