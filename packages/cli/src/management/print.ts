import { printJson, stdoutPaper } from '../terminal/paper.ts';
import { formatTable, type Cell } from '../terminal/table.ts';
import { toGitLabJson } from './to-gitlab-json.ts';

/** How the items of a list are shown. */
export interface ListPrint<T> {
  readonly head: readonly string[];
  readonly toRow: (item: T) => readonly Cell[];
  /** What is said on a terminal where there is nothing. */
  readonly empty: string;
}

/** Prints all of a list: one JSON array for programs, else a table. */
export function printList<T>(
  items: readonly T[],
  json: boolean | undefined,
  { empty, head, toRow }: ListPrint<T>,
): void {
  if (json) printJson(toGitLabJson(items));
  else if (items.length > 0) {
    process.stdout.write(formatTable(head, items.map(toRow), stdoutPaper()));
  } else if (process.stdout.isTTY) process.stdout.write(`${empty}\n`);
}

/** Prints one thing as JSON, or as what is said of it. */
export function printOne(item: unknown, json: boolean | undefined, text: () => string): void {
  if (json) printJson(toGitLabJson(item));
  else process.stdout.write(text());
}

/** A word for the person at the terminal, kept out of what scripts read. */
export function note(text: string): void {
  process.stderr.write(`fellrunner: ${text}\n`);
}
