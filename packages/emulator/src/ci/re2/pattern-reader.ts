import { Re2SyntaxError } from './re2-syntax-error.ts';

/** Walks through a pattern's source, one construct at a time. */
export class PatternReader {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#position >= this.#source.length;
  }

  startsWith(text: string): boolean {
    return this.#source.startsWith(text, this.#position);
  }

  /** Moves past the text if it is what comes next. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.#position += text.length;
    return true;
  }

  /** Moves past what the sticky expression matches here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#source);
    if (match === null) return undefined;
    this.#position += match[0].length;
    return match;
  }

  /** The next code point, which it moves past. */
  next(): number {
    const codePoint = this.#source.codePointAt(this.#position);
    if (codePoint === undefined) throw new Re2SyntaxError('unexpected end of the expression');
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** What comes before the terminator, or all the rest where it is missing; moves past both. */
  until(terminator: string): string {
    const found = this.#source.indexOf(terminator, this.#position);
    const end = found === -1 ? this.#source.length : found;
    const text = this.#source.slice(this.#position, end);
    this.#position = found === -1 ? end : end + terminator.length;
    return text;
  }

  /** The next few characters, for a message. */
  rest(length: number): string {
    return this.#source.slice(this.#position, this.#position + length);
  }
}
