/** Thrown for a glob whose braces stand for more patterns than anyone writes by hand. */
export class TooManyAlternatives extends Error {
  override readonly name = 'TooManyAlternatives';
}

const MAX_ALTERNATIVES = 5000;

/** Lists the patterns that `a{b,c{d,e}}` stands for, as Ruby's `FNM_EXTGLOB` does; an unclosed brace is kept. */
export function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const waiting = [glob];
  for (let pattern = waiting.pop(); pattern !== undefined; pattern = waiting.pop()) {
    const brace = findBrace(pattern);
    if (brace === undefined) done.push(pattern);
    else waiting.push(...brace.toReversed());
    if (done.length + waiting.length > MAX_ALTERNATIVES) throw new TooManyAlternatives(glob);
  }
  return done;
}

/** The patterns that the first outermost brace gives, or undefined where there is none. */
function findBrace(pattern: string): string[] | undefined {
  let open: number | undefined;
  let depth = 0;
  const cuts: number[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '\\') index += 1;
    else if (character === '{' && depth++ === 0) open = index;
    else if (character === ',' && depth === 1) cuts.push(index);
    else if (character === '}' && open !== undefined && --depth === 0) {
      return alternatives(pattern, [open, ...cuts, index]);
    }
  }
  return undefined;
}

function alternatives(pattern: string, cuts: readonly number[]): string[] {
  const [open = 0] = cuts;
  const close = cuts.at(-1) ?? open;
  const [before, after] = [pattern.slice(0, open), pattern.slice(close + 1)];
  return cuts.slice(1).map((cut, index) => {
    const from = (cuts[index] ?? open) + 1;
    return before + pattern.slice(from, cut) + after;
  });
}
