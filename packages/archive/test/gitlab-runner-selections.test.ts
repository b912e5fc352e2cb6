import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderSelection } from '../src/select/render-selection.ts';
import { selectFiles } from '../src/select/select-files.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writeTree, type Tree } from './tree.ts';

/** What gitlab-runner 19.4's own archiver found in random trees, and what it wrote to the log. */
interface RecordedTree {
  readonly entries: readonly (readonly [path: string, kind: string, target: string])[];
  readonly cases: readonly RecordedCase[];
}

interface RecordedCase {
  readonly paths: readonly string[];
  readonly exclude?: readonly string[];
  readonly files: readonly string[];
  readonly lines: readonly (readonly [level: string, text: string])[];
}

const recorded: readonly RecordedTree[] = JSON.parse(
  readFileSync(new URL('./fixtures/gitlab-runner-selections.json', import.meta.url), 'utf8'),
);

test.each([...recorded.entries()])(
  'picks and reports in tree %i what gitlab-runner does',
  async (_, { entries, cases }) => {
    const root = join(temporaryFolder(), 'project');
    mkdirSync(root);
    writeTree(root, toTree(entries));
    for (const { paths, exclude = [], files, lines } of cases) {
      const atRoot = (pattern: string): string => pattern.replaceAll('$ROOT', root);
      const selection = await selectFiles({
        root,
        paths: paths.map(atRoot),
        exclude: exclude.map(atRoot),
      });
      const said = renderSelection(selection, 'artifacts')
        .filter(({ text }) => text !== 'No files to upload')
        .map(({ level, text }) => [level, text.replaceAll(root, '$ROOT')]);
      const found = selection.entries.map(({ path }) => path);
      expect({ paths, exclude, found, said }).toEqual({
        paths,
        exclude,
        // The entry for the project folder itself says nothing that unpacking could use.
        found: files.filter((path) => path !== '.'),
        said: lines,
      });
    }
  },
);

function toTree(entries: RecordedTree['entries']): Tree {
  return Object.fromEntries(
    entries.map(([path, kind, target]) => {
      if (kind === 'folder') return [path, { folder: true }];
      return [path, kind === 'link' ? { link: target } : path];
    }),
  );
}
