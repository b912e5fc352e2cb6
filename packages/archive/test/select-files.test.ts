import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath, renderSelection, selectFiles, type Selection } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writeTree, type Tree } from './tree.ts';

function setup(tree: Tree): { readonly root: string; readonly outside: string } {
  const base = temporaryFolder();
  const root = join(base, 'project');
  const outside = join(base, 'outside');
  mkdirSync(root);
  writeTree(outside, { 'secret.txt': 'secret', 'sub/deep.txt': 'secret' });
  writeTree(root, tree);
  return { root, outside };
}

function pathsOf({ entries }: Selection): string[] {
  return entries.map(({ path }) => path);
}

function linesOf(selection: Selection): string[] {
  return renderSelection(selection, 'artifacts').map(({ level, text }) => `${level}: ${text}`);
}

describe('selectFiles', () => {
  test('says how many files a pattern found, and where it found none', async () => {
    const { root } = setup({ 'out/a.txt': 'a', 'out/b/c.txt': 'c' });
    const selection = await selectFiles({ root, paths: ['out/', 'nope', ''] });
    expect(pathsOf(selection)).toEqual(['out', 'out/a.txt', 'out/b', 'out/b/c.txt']);
    expect(linesOf(selection)).toEqual([
      'info: out/: found 4 matching artifact files and directories',
      `warning: nope: no matching files. Ensure that the artifact path is relative to the working directory (${root})`,
      'warning: No matching files. Path is empty.',
    ]);
  });

  test('says that there is nothing to upload, or to cache', async () => {
    const { root } = setup({});
    const selection = await selectFiles({ root, paths: ['x'] });
    expect(linesOf(selection).at(-1)).toBe('error: No files to upload');
    expect(renderSelection(selection, 'cache').at(-1)?.text).toBe('No files to cache.');
  });

  test('keeps modes, times, links and empty folders', async () => {
    const { root } = setup({
      'bin/run': '#!',
      empty: { folder: true },
      latest: { link: 'bin/run' },
    });
    chmodSync(join(root, 'bin/run'), 0o750);
    const { entries } = await selectFiles({ root, paths: ['.'] });
    expect(entries).toMatchObject([
      { kind: 'folder', path: 'bin' },
      { kind: 'file', path: 'bin/run', mode: 0o750, content: { size: 2 } },
      { kind: 'folder', path: 'empty' },
      { kind: 'link', path: 'latest', target: 'bin/run' },
    ]);
  });

  test('never takes a file through a linked folder that leads out of the project', async () => {
    const { root, outside } = setup({ 'a.txt': 'a' });
    symlinkSync(outside, join(root, 'link'));
    const paths = [
      'link/secret.txt',
      'link/*',
      'link/**',
      'link/sub/deep.txt',
      '{link,x}/*',
      'l*/*',
    ];
    const selection = await selectFiles({
      root,
      paths,
      untracked: () => Promise.resolve(['link/secret.txt', '../outside/secret.txt']),
    });
    expect(pathsOf(selection)).toEqual([]);
    expect(linesOf(selection)).toContain(
      'warning: link/secret.txt: not supported: outside build directory',
    );
  });

  test('takes a link that leads out of the project as a link', async () => {
    const { root, outside } = setup({});
    symlinkSync(outside, join(root, 'link'));
    const { entries } = await selectFiles({ root, paths: ['link'] });
    expect(entries).toMatchObject([{ kind: 'link', path: 'link', target: outside }]);
  });

  test('takes files through a linked folder inside the project, as gitlab-runner does', async () => {
    const { root } = setup({ 'build-7/report.xml': 'x', current: { link: 'build-7' } });
    const selection = await selectFiles({ root, paths: ['current', 'current/*.xml'] });
    expect(pathsOf(selection)).toEqual(['current/report.xml']);
  });

  test('works in a project folder that is itself reached through a link', async () => {
    const { root } = setup({ 'out/a': 'a' });
    symlinkSync(root, `${root}-link`);
    const linked = `${root}-link`;
    const selection = await selectFiles({ root: linked, paths: [`${linked}/out`] });
    expect(pathsOf(selection)).toEqual(['out', 'out/a']);
  });

  test('adds untracked files, counts them, and excludes among them', async () => {
    const { root } = setup({ 'a.o': '', 'b.c': '', 'sub/c.o': '' });
    const selection = await selectFiles({
      root,
      paths: [],
      exclude: ['sub/**'],
      untracked: () => Promise.resolve(['a.o', 'sub/c.o', 'gone']),
    });
    expect(pathsOf(selection)).toEqual(['a.o']);
    expect(linesOf(selection)).toEqual([
      'info: untracked: found 1 files',
      'info: sub/**: excluded 1 files',
    ]);
  });

  test('goes on without the untracked files where git fails', async () => {
    const { root } = setup({ a: '' });
    const selection = await selectFiles({
      root,
      paths: ['a'],
      untracked: () => Promise.reject(new Error('exit status 128')),
    });
    expect(pathsOf(selection)).toEqual(['a']);
    expect(linesOf(selection)).toContain('warning: untracked: exit status 128');
  });

  test('leaves pipes and sockets out and says so', async () => {
    const { root } = setup({ 'out/a': 'a' });
    execFileSync('mkfifo', [join(root, 'out/pipe')]);
    const server = createServer().listen(join(root, 'out/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const selection = await selectFiles({ root, paths: ['out'] });
    server.close();
    expect(pathsOf(selection)).toEqual(['out', 'out/a']);
    expect(linesOf(selection)).toEqual(
      expect.arrayContaining([
        'warning: File ignored: out/pipe',
        'warning: File ignored: out/socket',
      ]),
    );
  });

  test('takes names that are hidden, of several lines, or no text at all', async () => {
    const odd = decodePath(Buffer.from([0x6f, 0xff, 0xfe]));
    const { root } = setup({ '.env': '', 'two\nlines': '', 'back\\slash': '', [odd]: '' });
    const selection = await selectFiles({ root, paths: ['*'] });
    expect(pathsOf(selection)).toEqual(['.env', 'back\\slash', odd, 'two\nlines']);
  });

  test('finds nothing, and says so once, for patterns that leave the project', async () => {
    const { root } = setup({ a: '' });
    const selection = await selectFiles({ root, paths: ['/etc', '../x', '.'], exclude: ['../*'] });
    expect(pathsOf(selection)).toEqual(['a']);
    expect(linesOf(selection)).toEqual([
      'warning: isExcluded: artifact path is not a subpath of project directory: ../*',
      'warning: processPath: artifact path is not a subpath of project directory: /etc',
      'warning: processPath: artifact path is not a subpath of project directory: ../x',
      'info: .: found 2 matching artifact files and directories',
    ]);
  });
});
