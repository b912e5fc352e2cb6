import { readTomlBlocks, type TomlBlock } from './toml-blocks.ts';

/** Where a value is in a parsed document: keys, and the index in an array of tables. */
export type TomlPath = readonly (string | number)[];

/** The line, from 1, on which a TOML document sets a value, or the nearest table around it. */
export function lineOf(document: string, path: TomlPath): number | undefined {
  let best: { readonly offset: number; readonly depth: number } | undefined;
  const consider = (found: TomlPath, offset: number): void => {
    if (found.length <= (best?.depth ?? 0)) return;
    const leads = found.every((part, depth) => part === path[depth]);
    if (leads) best = { offset, depth: found.length };
  };
  const arrays = new Map<string, number>();
  for (const block of readTomlBlocks(document)) {
    const table = locate(block, arrays);
    consider(table, document.lastIndexOf('\n', block.headEnd - 2) + 1);
    for (const { key, start } of block.entries) consider([...table, ...key], start);
  }
  return best && document.slice(0, best.offset).split('\n').length;
}

/** A table inside an array of tables belongs to the last of them. */
function locate({ isItem, path }: TomlBlock, arrays: Map<string, number>): TomlPath {
  const name = path.join('.');
  if (isItem) arrays.set(name, (arrays.get(name) ?? -1) + 1);
  return path.flatMap((key, depth) => {
    const index = arrays.get(path.slice(0, depth + 1).join('.'));
    return index === undefined ? [key] : [key, index];
  });
}
