import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Every point at which the code can be made to end, read from the code: none can be forgotten. */
export function faultPointNames(): string[] {
  const types = eventTypes();
  const names = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/faultPoint\((['`])([^'`]+)\1\)/g)])
    .flatMap(([, , name = '']) =>
      name.includes('${type}') ? types.map((type) => name.replace('${type}', type)) : [name],
    );
  return [...new Set(names)].toSorted();
}

/** The words of the event log, from where they are defined. */
function eventTypes(): string[] {
  const text = readFileSync(join(ROOT, 'packages/core/src/job/job-event.ts'), 'utf8');
  return [...text.matchAll(/Fact<\s*'([a-z.-]+)'/g)].map(([, type = '']) => type);
}
