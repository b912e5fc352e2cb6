import { base64Forms } from './forms/base64-forms.ts';
import { jsonForms } from './forms/json-forms.ts';
import { shellForms } from './forms/shell-forms.ts';
import { urlForms } from './forms/url-forms.ts';

/** Shorter lines and encoded forms are left alone: a masked JSON would else mask every `}`. */
export const SHORTEST_FORM = 8;

/** What URLs, JSON and shells all leave as it is: most tokens. */
const UNCHANGED = /^[A-Za-z0-9_.-]*$/;

/**
 * All byte strings that give a masked value away: the value itself whatever its length, and, from
 * {@link SHORTEST_FORM} bytes on, its lines and the encodings in which it leaks by accident. As in
 * the official runner a value counts without the white space around it, and an empty one not at all.
 */
export function secretForms(value: string): Uint8Array[] {
  const secret = value.toWellFormed().trim();
  if (secret === '') return [];
  const changing = UNCHANGED.test(secret)
    ? [base64Forms]
    : [base64Forms, urlForms, jsonForms, shellForms];
  const encoded = changing.flatMap((forms) => forms(secret));
  const others = new Set([...linesOf(secret), ...encoded]);
  others.delete(secret);
  const long = [...others].map(toBytes).filter(({ length }) => length >= SHORTEST_FORM);
  return [toBytes(secret), ...long];
}

function linesOf(secret: string): string[] {
  return secret.split(/[\r\n]+/).map((line) => line.trim());
}

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
