/** A `key = value` of a TOML document, by offsets. */
export interface TomlEntry {
  /** Counted from the table that it is in. */
  readonly key: readonly string[];
  /** Where its line begins. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind its line's end, comment included. */
  readonly end: number;
}

/** A table's header and what follows up to the next; the first block has no header. */
export interface TomlBlock {
  /** Empty for what stands before every header. */
  readonly path: readonly string[];
  /** `[[path]]`: one more of an array. */
  readonly isItem: boolean;
  /** Where the comments that stand right above the header begin. */
  readonly start: number;
  /** Where the header's own line ends. */
  readonly headEnd: number;
  readonly end: number;
  readonly entries: readonly TomlEntry[];
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = new RegExp(
  [
    /"""(?:\\[^]|(?!""")[^])*"{3,5}/,
    /'''(?:(?!''')[^])*'{3,5}/,
    /"(?:\\.|[^"\\\n])*"/,
    /'[^'\n]*'/,
    /#[^\n]*/,
    /\n/,
    /[[\]{}=,.]/,
    /[^\s[\]{}=,.#"']+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * Cuts a document into its tables, for changes that leave everything else as it was typed. It
 * has to be valid: a parser has read it before.
 */
export function readTomlBlocks(document: string): TomlBlock[] {
  const statements = readStatements(document);
  const heads = statements.filter(({ entry }) => entry === undefined);
  const starts = heads.map(({ start }) => commentsAbove(document, start));
  const ends = [...starts, document.length];
  const entriesBetween = (from: number, to: number): TomlEntry[] =>
    statements.flatMap(({ entry }) =>
      entry !== undefined && entry.start >= from && entry.end <= to ? [entry] : [],
    );
  const first = ends[0] ?? document.length;
  return [
    {
      path: [],
      isItem: false,
      start: 0,
      headEnd: 0,
      end: first,
      entries: entriesBetween(0, first),
    },
    ...heads.map(({ end: headEnd, isItem, path }, index) => {
      const [start = 0, end = 0] = [starts[index], ends[index + 1]];
      return { path, isItem, start, headEnd, end, entries: entriesBetween(headEnd, end) };
    }),
  ];
}

interface Statement {
  readonly path: readonly string[];
  readonly isItem: boolean;
  readonly start: number;
  readonly end: number;
  readonly entry: TomlEntry | undefined;
}

function readStatements(document: string): Statement[] {
  const statements: Statement[] = [];
  for (const tokens of splitStatements(document)) {
    const [first] = tokens;
    if (first === undefined) continue;
    const start = document.lastIndexOf('\n', first.start - 1) + 1;
    const end = endOfLine(document, tokens.at(-1)?.end ?? first.end);
    if (first.text === '[') {
      const isItem = tokens[1]?.text === '[' && tokens[1].start === first.end;
      const path = toKey(tokens.filter(({ text }) => text !== '[' && text !== ']'));
      statements.push({ path, isItem, start, end, entry: undefined });
      continue;
    }
    const equals = tokens.findIndex(({ text }) => text === '=');
    const [valueStart = end, valueEnd = end] = [tokens[equals + 1]?.start, tokens.at(-1)?.end];
    const entry = { key: toKey(tokens.slice(0, equals)), start, valueStart, valueEnd, end };
    statements.push({ path: [], isItem: false, start, end, entry });
  }
  return statements;
}

/** Tokens up to each end of line that is not inside of brackets; comments left out. */
function* splitStatements(document: string): Generator<Token[]> {
  let statement: Token[] = [];
  let depth = 0;
  for (const { 0: text, index: start } of document.matchAll(TOKEN)) {
    if (text === '[' || text === '{') depth += 1;
    if (text === ']' || text === '}') depth -= 1;
    if (text === '\n' && depth === 0) {
      yield statement;
      statement = [];
    } else if (text !== '\n' && !text.startsWith('#')) {
      statement.push({ text, start, end: start + text.length });
    }
  }
  yield statement;
}

function toKey(tokens: readonly Token[]): string[] {
  return tokens.filter(({ text }) => text !== '.').map(({ text }) => unquote(text));
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

function endOfLine(document: string, from: number): number {
  const at = document.indexOf('\n', from);
  return at === -1 ? document.length : at + 1;
}

/** A comment that nothing parts from a header is about that table, unless it begins the file. */
function commentsAbove(document: string, header: number): number {
  let start = header;
  while (start > 0) {
    const above = document.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*#/.test(document.slice(above, start))) return start;
    start = above;
  }
  return header;
}
