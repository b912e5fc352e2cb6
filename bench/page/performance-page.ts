import { readFileSync, writeFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';

const PAGE = new URL('../../docs/performance.md', import.meta.url);

/**
 * Replaces what is between `<!-- measured: NAME -->` and `<!-- end: NAME -->`, for each name.
 *
 * @throws an Error where the page has no such place: the prose around it is written by hand.
 */
export async function replaceParts(parts: Readonly<Record<string, string>>): Promise<void> {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, text] of Object.entries(parts)) page = withPart(page, name, text);
  const options = await resolveConfig(PAGE);
  writeFileSync(PAGE, await format(page, { ...options, filepath: PAGE.pathname }));
}

/** Exported for its test. */
export function withPart(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The page has no place for ${name}.`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
