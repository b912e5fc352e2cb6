/** One reading of a pattern with its braces replaced, and where in the text braces had stood. */
export interface BraceReading {
  readonly text: string;
  readonly bracesAt: readonly number[];
}

/** More readings than this make a pattern unusable: thirty times `{a,b}` would be a billion. */
const maxBraceReadings = 1024;

/**
 * Replaces braces by each of their alternatives as text, from the left: `a{b,c}` reads `ab`, `ac`.
 * What an alternative forms together with its surroundings counts, as it does for doublestar.
 * Braces that are not `wanted` stay. Gives undefined where a brace is not closed or there would
 * be too many readings.
 */
export function expandBraces(
  pattern: string,
  wanted: (body: string, head: string) => boolean = () => true,
): readonly BraceReading[] | undefined {
  const readings: BraceReading[] = [];
  const expand = (text: string, from: number, bracesAt: readonly number[]): boolean => {
    const open = indexOfBrace(text, from);
    if (open === -1) return readings.push({ text, bracesAt }) <= maxBraceReadings;
    const close = indexOfClosing(text, open);
    if (close === -1 || bracesAt.length === maxBraceReadings) return false;
    const [head, body, tail] = [
      text.slice(0, open),
      text.slice(open + 1, close),
      text.slice(close + 1),
    ];
    if (!wanted(body, head)) return expand(text, close + 1, bracesAt);
    return splitAlternatives(body).every((alternative) =>
      expand(head + alternative + tail, open, [...bracesAt, open]),
    );
  };
  return expand(pattern, 0, []) ? readings : undefined;
}

/** Finds the next `{` that is neither escaped nor inside a `[class]`. */
function indexOfBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') return at;
    else if (text[at] === '[') {
      const end = indexOfClassEnd(text, at);
      if (end === -1) return -1;
      at = end;
    }
  }
  return -1;
}

/** Finds the `]` that ends the class opened at `open`, or -1 where none does. */
export function indexOfClassEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ']') return at;
  }
  return -1;
}

/** Braces nest, and a class inside them protects nothing: doublestar counts its braces too. */
function indexOfClosing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function splitAlternatives(body: string): string[] {
  const alternatives: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    if (body[at] === '\\') at++;
    else if (body[at] === '{') depth++;
    else if (body[at] === '}') depth--;
    else if (body[at] === ',' && depth === 0) {
      alternatives.push(body.slice(start, at));
      start = at + 1;
    }
  }
  return [...alternatives, body.slice(start)];
}
