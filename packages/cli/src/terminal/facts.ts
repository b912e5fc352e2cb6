import { styleText } from 'node:util';

import { printable } from './printable.ts';
import type { Cell } from './table.ts';

/** Lines of a name and what is to be said of it; those without anything are left out. */
export function formatFacts(facts: readonly (readonly [string, Cell | undefined])[]): string {
  const told = facts.filter(([, value]) => value !== undefined && value !== '');
  const width = told.reduce((most, [name]) => Math.max(most, name.length), 0) + 2;
  return told.map(([name, value = '']) => `${name.padEnd(width)}${format(value)}\n`).join('');
}

function format(value: Cell): string {
  if (typeof value === 'string') return printable(value);
  return styleText(value.style, printable(value.text));
}
