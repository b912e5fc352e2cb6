import { describe, expect, it } from 'vitest';

import { LiveBlock } from './live-block.ts';

/** As much of a terminal as the block uses: rows, a cursor at the last, lines that break. */
class Screen {
  columns = 20;
  rows: string[] = [''];
  writes = 0;
  #row = 0;
  #typed = '';

  write(text: string): void {
    this.writes += 1;
    for (const [token] of text.matchAll(/\u001b\[[?\d]*[A-Za-z]|[^\u001b]/g)) this.#take(token);
  }

  /** Breaks the lines anew, as terminals do when they become narrower. */
  narrow(columns: number): void {
    this.columns = columns;
    const pieces = new RegExp(`.{1,${columns}}|^$`, 'g');
    this.rows = this.rows.flatMap((row) => row.match(pieces) ?? ['']);
    this.#row = this.rows.length - 1;
  }

  #take(token: string): void {
    const up = /^\u001b\[(\d+)A$/.exec(token);
    if (up !== null) this.#row -= Number(up[1]);
    else if (token === '\u001b[K') this.rows[this.#row] = this.#typed;
    else if (token === '\u001b[J') this.rows.splice(this.#row, Infinity, this.#typed);
    else if (token === '\n') {
      this.#row += 1;
      this.#typed = '';
    } else if (token === '\r') this.#typed = '';
    else if (!token.startsWith('\u001b')) this.#typed += token;
  }
}

describe('LiveBlock', () => {
  it('keeps its lines below what is printed', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.print('first\n');
    block.show(['job 1', 'job 2']);
    block.print('second\nthird\n');
    expect(screen.rows).toEqual(['first', 'second', 'third', 'job 1', 'job 2', '']);
  });

  it('leaves nothing of longer lines and of more lines behind', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.show(['job 1 is here', 'job 2']);
    block.show(['job 1']);
    expect(screen.rows).toEqual(['job 1', '']);
    block.end();
    expect(screen.rows).toEqual(['']);
  });

  it('writes once a change, and not at all where nothing has changed', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.show(['a', 'b']);
    block.show(['a', 'b']);
    expect(screen.writes).toBe(1);
  });

  it('finds its beginning again after the terminal became narrower', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.print('first\n');
    block.show(['0123456789abcdefgh']);
    screen.narrow(10);
    block.show(['short']);
    expect(screen.rows).toEqual(['first', 'short', '']);
  });
});
