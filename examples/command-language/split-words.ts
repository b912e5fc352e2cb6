// 'As it is', "with $VARIABLES and \"escapes\"", \x, bare, or the space between two words.
const PART =
  /'(?<plain>[^']*)'|"(?<quoted>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|(?<bare>[^\s'"\\]+)|\s+/gsy;

type Expand = (text: string) => string;

/** Splits a line as a shell does, except that a variable's value never becomes several words. */
export function splitWords(line: string, expand: Expand): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const { 0: part, index, groups = {} } of line.matchAll(PART)) {
    const text = textOf(groups, expand);
    if (text !== undefined) {
      word = `${word ?? ''}${text}`;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
    end = index + part.length;
  }
  if (end < line.length) throw new Error(`A quote is not closed: ${line.slice(end)}`);
  return word === undefined ? words : [...words, word];
}

/** A part as it is meant; undefined for a space. */
function textOf(groups: Record<string, string>, expand: Expand): string | undefined {
  const { plain, quoted, escaped, bare } = groups;
  if (bare !== undefined) return expand(bare);
  return (
    plain ??
    escaped ??
    quoted?.replaceAll(/\\(.)|[^\\]+/gs, (text, literal?: string) => literal ?? expand(text))
  );
}
