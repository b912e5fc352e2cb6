import { LiveBlock } from '../live/live-block.ts';

/** Where the program's log goes: standard error, with a live block below it on a terminal. */
export interface Screen {
  readonly block: LiveBlock | undefined;
  readonly colors: boolean;
  readonly write: (line: string) => void;
}

/** Programs that read JSON, and terminals that cannot move their cursor, get lines alone. */
export function openScreen(format: 'text' | 'json'): Screen {
  const { stderr } = process;
  const canMove = stderr.isTTY && process.env['TERM'] !== 'dumb';
  if (!canMove || format === 'json') {
    return { block: undefined, colors: false, write: (line) => stderr.write(line) };
  }
  const block = new LiveBlock(stderr);
  // However the process ends, the terminal gets its cursor back.
  process.once('exit', () => block.end());
  return { block, colors: stderr.hasColors(), write: (line) => block.print(line) };
}
