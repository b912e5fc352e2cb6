import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runTool } from './run-tool.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** Builds all packages from nothing, so that no file of a deleted source is left to be packed. */
export async function buildPackages(): Promise<void> {
  for (const folder of readdirSync('packages')) {
    rmSync(join('packages', folder, 'dist'), { recursive: true, force: true });
  }
  await runTool('tsc', ['-b']);
}

/** What users would get from the registry, judged by the tools for that. */
export async function checkPackages(): Promise<void> {
  using packed = await packPackages();
  for (const tarball of packed.tarballs) {
    await runTool('publint', ['run', tarball, '--strict']);
    await runTool('attw', ['--profile', 'esm-only', '--no-color', tarball]);
  }
}

interface PackedPackages extends Disposable {
  readonly folder: string;
  readonly tarballs: readonly string[];
}

/** Packs all that is public as it would be published, into a folder that goes when disposed. */
export async function packPackages(): Promise<PackedPackages> {
  await runTool('tsc', ['-b']);
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-packages-'));
  const filters = publicPackages().flatMap((name) => ['--filter', name]);
  const pack = ['pack', '--pack-destination', folder];
  await runTool('node', ['scripts/dev.mjs', 'pnpm', ...filters, ...pack]);
  return {
    folder,
    tarballs: readdirSync(folder).map((file) => join(folder, file)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function publicPackages(): readonly string[] {
  return readdirSync('packages')
    .map((folder) => readFileSync(join('packages', folder, 'package.json'), 'utf8'))
    .map((json) => JSON.parse(json) as Manifest)
    .filter((manifest) => manifest.private !== true)
    .map(({ name }) => name);
}
