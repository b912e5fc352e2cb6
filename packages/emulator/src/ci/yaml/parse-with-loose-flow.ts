import { LineCounter, parseAllDocuments } from 'yaml';
import type { Document, ParseOptions, DocumentOptions, SchemaOptions } from 'yaml';

type Options = ParseOptions & DocumentOptions & SchemaOptions;

interface Place {
  readonly line: number;
  readonly column: number;
}

interface ParsedYaml {
  readonly documents: readonly Document.Parsed[];
  /** Where an offset of the documents lies in the text as it was given. */
  readonly placeOf: (offset: number) => Place;
}

const INDENT = ' '.repeat(80);
const MAX_LINES = 200;

/**
 * Parses YAML as libyaml does, with which GitLab reads: `[` and `{` may go on, and be closed, at any
 * column. The parser here wants such lines to be indented, so they are, until none is in its way.
 */
export function parseWithLooseFlow(text: string, options: Options): ParsedYaml {
  const lines = text.split('\n');
  const indented = new Set<number>();
  const asGiven = parse(text, options, indented);
  for (let parsed = asGiven; ; parsed = parse(lines.join('\n'), options, indented)) {
    const line = firstUnindentedFlowLine(parsed);
    if (line === undefined) return parsed;
    // A bracket that is never closed is no matter of columns.
    if (indented.has(line) || line > lines.length || indented.size >= MAX_LINES) return asGiven;
    indented.add(line);
    lines[line - 1] = `${INDENT}${lines[line - 1]}`;
  }
}

function parse(text: string, options: Options, indented: ReadonlySet<number>): ParsedYaml {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...options, lineCounter });
  const shifted = new Set(indented);
  const placeOf = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    const shift = shifted.has(line) ? INDENT.length : 0;
    return { line: Math.max(line, 1), column: Math.max(col - shift, 1) };
  };
  return { documents, placeOf };
}

function firstUnindentedFlowLine({ documents, placeOf }: ParsedYaml): number | undefined {
  const errors = documents.flatMap((document) => document.errors);
  const error = errors.find(({ code }) => code === 'BAD_INDENT');
  if (error === undefined || !error.message.startsWith('Flow ')) return undefined;
  return placeOf(error.pos[0]).line;
}
