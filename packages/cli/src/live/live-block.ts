import { stripVTControlCharacters } from 'node:util';

import { displayWidth } from '../terminal/display-width.ts';

/** A terminal, as far as a block of lines at its end needs to know it. */
export interface LiveTerminal {
  write(text: string): unknown;
  readonly columns: number;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Terminals that know these show all that is between them at once; others ignore them. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * Lines at the end of the terminal that are redrawn in place, while others scroll by above them.
 * Each change is one write, and overwrites instead of clearing first: nothing flickers.
 */
export class LiveBlock {
  readonly #terminal: LiveTerminal;
  #lines: readonly string[] = [];

  constructor(terminal: LiveTerminal) {
    this.#terminal = terminal;
  }

  /** Writes whole lines above the block. */
  print(text: string): void {
    this.#redraw(text, this.#lines);
  }

  /** Shows other lines, none wider than the terminal. */
  show(lines: readonly string[]): void {
    const isSame =
      lines.length === this.#lines.length && lines.every((line, at) => line === this.#lines[at]);
    if (!isSame) this.#redraw('', lines);
  }

  /** Takes the block away; what is printed later is printed as ever. */
  end(): void {
    if (this.#lines.length > 0) this.#redraw('', []);
  }

  /** A terminal that has become narrower has broken the lines. */
  #rows(): number {
    const { columns } = this.#terminal;
    return this.#lines
      .map((line) => displayWidth(stripVTControlCharacters(line)))
      .reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns)), 0);
  }

  #redraw(above: string, lines: readonly string[]): void {
    const rows = this.#rows();
    const up = rows === 0 ? '' : `\u001b[${rows}A`;
    const body = [...above.split('\n').slice(0, -1), ...lines]
      .map((line) => `${line}${CLEAR_LINE_END}\n`)
      .join('');
    const cursor = lines.length > 0 ? HIDE_CURSOR : SHOW_CURSOR;
    this.#terminal.write(`${BEGIN_UPDATE}${up}\r${body}${CLEAR_BELOW}${cursor}${END_UPDATE}`);
    this.#lines = lines;
  }
}
