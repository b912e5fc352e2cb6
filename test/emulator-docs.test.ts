import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

const ROOT = dirname(import.meta.dirname);

function sourceOf(name: string): string {
  const files = ['emulator', 'management'].map((it) =>
    join(ROOT, `packages/${it}/test/${name}.test.ts`),
  );
  return files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join();
}

test('every test that docs/emulator.md names is there', () => {
  const text = readFileSync(join(ROOT, 'docs/emulator.md'), 'utf8');
  const named = [...text.matchAll(/([a-z-]+): “([^”]+)”/g)];
  const missing = named
    .filter(([, file = '', title = '']) => !sourceOf(file).includes(title))
    .map(([whole]) => whole);
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(100);
});
