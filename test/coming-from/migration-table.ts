/** One row of docs/coming-from.md: names of another library, and what does the same here. */
export interface Row {
  readonly library: string;
  readonly names: readonly string[];
  /** The lines of code; what else stands in backticks there is prose. */
  readonly code: readonly string[];
}

/** What the document's lines of code begin with. */
const CODE =
  /^(await |const |new |\(await |\[\.\.\.|JSON\.|String\(|(runner|job|engine|ctx|gitlab|emulator|ansi|console)\b|(inspect|toShell|defineHandler|findRegistryCredential)\(|(RunnerSession|JobSession)\.|VERSION)/;

/** Reads the tables of the document, by the headings above them. */
export function readTables(document: string): readonly Row[] {
  const rows: Row[] = [];
  let library = '';
  for (const line of document.split('\n')) {
    if (line.startsWith('## ')) library = line.slice(3);
    const [, there, here] = /^\| (`.*?) +\| (.*?) +\|$/.exec(line) ?? [];
    if (there === undefined || here === undefined || library === '') continue;
    rows.push({
      library,
      names: spansOf(there),
      code: spansOf(here).filter((it) => CODE.test(it)),
    });
  }
  return rows;
}

function spansOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}
