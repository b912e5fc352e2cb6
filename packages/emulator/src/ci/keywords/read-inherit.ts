import type { ConfigField } from '../config-field.ts';
import { INHERITABLE } from './job-keywords.ts';

/** What a job takes over: all, nothing, or what is listed. */
export type Inheritance = boolean | readonly string[];

/** What `inherit:` says; all is taken over where it says nothing. */
export interface Inherit {
  readonly default: Inheritance;
  readonly variables: Inheritance;
}

export function readInherit(field: ConfigField | undefined): Inherit {
  const map = field?.map(['default', 'variables']);
  const [keywords, variables] = [map?.get('default'), map?.get('variables')];
  return {
    default: readInheritance(keywords, [...INHERITABLE, 'timeout']),
    variables: readInheritance(variables),
  };
}

/** Tells whether this one is taken over. */
export function inherits(inheritance: Inheritance, name: string): boolean {
  return typeof inheritance === 'boolean' ? inheritance : inheritance.includes(name);
}

function readInheritance(field: ConfigField | undefined, words?: readonly string[]): Inheritance {
  if (field === undefined) return true;
  if (field.node.kind !== 'list') return field.boolean() ?? true;
  const names = field.strings() ?? [];
  const unknown = names.find((name) => words !== undefined && !words.includes(name));
  if (unknown !== undefined) {
    field.refuse(`names ${unknown}`, `name any of ${(words ?? []).join(', ')}`);
  }
  return names;
}
