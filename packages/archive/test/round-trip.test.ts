import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePath, packZip, selectFiles, unpackZip } from '../src/index.ts';
import { parentPaths, toFilePath } from '../src/path-name.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { readTree, writeTree, type Tree, type TreeNode } from './tree.ts';

/** A name of any bytes that a file may have. */
const name = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => decodePath(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))))
  .filter((text) => text !== '.' && text !== '..');

/** Such a path would climb out on Windows, and is refused in an archive. */
function leavesOnWindows(text: string): boolean {
  return /^(\\|[A-Za-z]:[/\\])/.test(text) || text.split(/[/\\]/).includes('..');
}

const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 3000 }),
  fc.integer({ min: 1, max: 40_000 }).map((count) => 'many times the same, '.repeat(count)),
);

const node: fc.Arbitrary<string | Uint8Array | TreeNode> = fc.oneof(
  { weight: 4, arbitrary: content },
  { weight: 1, arbitrary: fc.constant({ folder: true } as const) },
  { weight: 1, arbitrary: name.map((link) => ({ link })) },
);

const path = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter((text) => !leavesOnWindows(text));

const tree: fc.Arbitrary<Tree> = fc
  .uniqueArray(fc.tuple(path, node), { selector: ([key]) => key, maxLength: 25 })
  .map((entries) => {
    const paths = new Set(entries.map(([key]) => key));
    const parents = new Set(entries.flatMap(([key]) => parentPaths(key)));
    return Object.fromEntries(entries.filter(([key]) => !parents.has(key) && paths.has(key)));
  });

const attributes = fc.record({
  mode: fc.constantFrom(0o644, 0o600, 0o755, 0o400, 0o777, 0o444),
  seconds: fc.integer({ min: 0, max: 0x7fffffff }),
});

test('any tree is the same after packing and unpacking', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.array(attributes, { minLength: 1 }), async (files, given) => {
      const base = temporaryFolder();
      const root = join(base, 'project');
      mkdirSync(root);
      writeTree(root, files);
      for (const [index, [at, what]] of Object.entries(files).entries()) {
        if (typeof what === 'object' && 'link' in what) continue;
        const { mode, seconds } = given[index % given.length] ?? { mode: 0o644, seconds: 0 };
        const isFolder = typeof what === 'object' && 'folder' in what;
        chmodSync(toFilePath(root, at), isFolder ? mode | 0o700 : mode);
        utimesSync(toFilePath(root, at), seconds, seconds);
      }
      const { entries } = await selectFiles({ root, paths: ['.'] });
      const file = join(base, 'a.zip');
      writeFileSync(file, await buffer(packZip(entries)));
      const into = join(base, 'into');
      await unpackZip({ file, into });
      expect(readTree(into)).toEqual(readTree(root));
    }),
    { numRuns: 120 },
  );
});
