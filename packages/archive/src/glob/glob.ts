import { expandBraces, indexOfClassEnd, type BraceReading } from './expand-braces.ts';
import { tokenizeGlob, type GlobToken } from './glob-token.ts';

/** A pattern of doublestar v4, the library by which gitlab-runner reads `paths` and `exclude`. */
export interface Glob {
  /** Decides for a whole path with forward slashes, as `doublestar.Match` does. */
  matches(path: string): boolean;
}

/** Parses a pattern; undefined where it is invalid (an open brace or class, a last backslash). */
export function parseGlob(pattern: string): Glob | undefined {
  if (!isValidGlob(pattern)) return undefined;
  const readings = expandBraces(pattern);
  if (readings === undefined) return undefined;
  const programs: GlobProgram[] = [];
  for (const reading of readings) {
    const tokens = tokenizeGlob(reading);
    // doublestar gives up at the first alternative that it cannot read, whatever the others say.
    if (tokens === undefined) break;
    programs.push({ ...reading, tokens });
  }
  return { matches: (path) => programs.some((program) => matchProgram(program, path)) };
}

function isValidGlob(pattern: string): boolean {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\' && ++at === pattern.length) return false;
    if (character === '{') depth++;
    if (character === '}' && --depth < 0) return false;
    if (character !== '[') continue;
    const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
    const end = indexOfClassEnd(pattern, at);
    if (end <= at + (negated ? 2 : 1)) return false;
    at = end;
  }
  return depth === 0;
}

interface GlobProgram extends BraceReading {
  readonly tokens: readonly GlobToken[];
}

/** Where to go on after a mismatch: the next token and the place in the name. */
interface Resumption {
  token: number;
  at: number;
}

/** Greedy matching with one way back for `*` and one for a component `**`: never exponential. */
function matchProgram(program: GlobProgram, name: string): boolean {
  let token = 0;
  let at = 0;
  let star: Resumption | undefined;
  let components: Resumption | undefined;
  while (at < name.length) {
    const step = program.tokens[token];
    if (step?.kind === 'everything') return true;
    if (step?.kind === 'star' || step?.kind === 'components') {
      token++;
      star = step.kind === 'star' ? { token, at } : undefined;
      if (step.kind === 'components') components = { token, at };
      continue;
    }
    const width = step === undefined ? 0 : matchedWidth(step, name, at);
    if (width > 0) {
      token++;
      at += width;
      continue;
    }
    const resumption = resumeStar(star, name) ?? resumeComponents(components, name);
    if (resumption === undefined) return false;
    ({ token, at } = resumption);
  }
  return matchesNothing(program, token);
}

function matchedWidth(step: GlobToken, name: string, at: number): number {
  if (step.kind === 'text') return name.startsWith(step.text, at) ? step.text.length : 0;
  const codePoint = name.codePointAt(at) ?? 0;
  // A class may match a slash, as in doublestar; `?` never does.
  const accepted = step.kind === 'class' ? step.accepts(codePoint) : name[at] !== '/';
  return accepted ? characterWidth(codePoint) : 0;
}

function characterWidth(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}

function resumeStar(star: Resumption | undefined, name: string): Resumption | undefined {
  if (star === undefined || name[star.at] === '/') return undefined;
  star.at += characterWidth(name.codePointAt(star.at) ?? 0);
  return star;
}

function resumeComponents(
  components: Resumption | undefined,
  name: string,
): Resumption | undefined {
  const slash = components === undefined ? -1 : name.indexOf('/', components.at);
  if (components === undefined || slash === -1) return undefined;
  components.at = slash + 1;
  return components;
}

const emptyEndings: ReadonlySet<string> = new Set(['', '*', '**', '/**', '**/', '/**/']);

/**
 * Decides whether the rest of a pattern fits the end of a name. doublestar knows exactly these
 * endings, and looks into a brace only where the brace is the next thing.
 */
function matchesNothing({ text, bracesAt, tokens }: GlobProgram, token: number): boolean {
  const at = tokens[token]?.at ?? text.length;
  return emptyEndings.has(text.slice(at)) && at >= (bracesAt.at(-1) ?? 0);
}
