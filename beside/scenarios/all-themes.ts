import type { Scenario, Theme } from '../scenario.ts';
import { artifacts } from './artifacts.ts';
import { caches } from './caches.ts';
import { dependencies } from './dependencies.ts';
import { endings } from './endings.ts';
import { scripts } from './scripts.ts';
import { sources } from './sources.ts';
import { variables } from './variables.ts';

/** In the order of a job's life. */
export const themes: readonly Theme[] = [
  sources,
  variables,
  scripts,
  endings,
  caches,
  dependencies,
  artifacts,
];

/** A scenario's name among all: titles are unique within their theme alone. */
export function nameOf(theme: Theme, scenario: Scenario): string {
  return `${theme.name}: ${scenario.title}`;
}
