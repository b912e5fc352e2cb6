import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { comparePaths, decodePath, encodePath, toFilePath } from '../src/path-name.ts';

/** A tree of files as plain data: a string or bytes is a file, the others say what they are. */
export type Tree = Readonly<Record<string, string | Uint8Array | TreeNode>>;

export type TreeNode = { readonly link: string } | { readonly folder: true };

/** Writes a tree; folders above its paths are made as needed. */
export function writeTree(root: string, tree: Tree): void {
  for (const [path, node] of Object.entries(tree)) {
    const parent = dirname(path);
    mkdirSync(toFilePath(root, parent), { recursive: true });
    const where = toFilePath(root, path);
    if (typeof node === 'string' || node instanceof Uint8Array) writeFileSync(where, node);
    else if ('link' in node) symlinkSync(encodePath(node.link), where);
    else mkdirSync(where, { recursive: true });
  }
}

/** Reads a tree back, with its modes and times, sorted; times in whole seconds. */
export function readTree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (folder: string): void => {
    const names = readdirSync(toFilePath(root, folder), { encoding: 'buffer' }).map(decodePath);
    for (const name of names) {
      const path = folder === '.' ? name : `${folder}/${name}`;
      found[path] = describe(root, path);
      if (lstatSync(toFilePath(root, path)).isDirectory()) visit(path);
    }
  };
  visit('.');
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => comparePaths(a, b)));
}

function describe(root: string, path: string): string {
  const where = toFilePath(root, path);
  const stats = lstatSync(where);
  const seconds = Math.floor(stats.mtimeMs / 1000);
  if (stats.isSymbolicLink()) return `link ${readlinkSync(where, 'buffer').toString('latin1')}`;
  const mode = (stats.mode & 0o777).toString(8);
  if (stats.isDirectory()) return `folder ${mode} ${seconds}`;
  return `file ${mode} ${seconds} ${readFileSync(where).toString('base64')}`;
}
