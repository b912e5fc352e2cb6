import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { packPackages } from '../../scripts/check/packages.ts';
import { runTool } from '../../scripts/check/run-tool.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The command that is measured, as a command line to which its arguments are added. */
export interface Command {
  readonly words: readonly string[];
  /** The folder of `node_modules` into which it was installed; undefined from source. */
  readonly installed?: string;
}

/** The command as it lies in the repository, which needs no packing: for quick looks. */
export function sourceCommand(): Command {
  const main = join(ROOT, 'packages/cli/src/main.ts');
  const flags = ['--max-semi-space-size=4', '--expose-gc', '--conditions=@fellrunner/source'];
  return { words: [process.execPath, ...flags, main] };
}

/** Packs the packages and installs them as a user would; what npm linked is run, and npm is not. */
export async function installCommand(folder: string): Promise<Command> {
  const tools = [dirname(process.execPath), join(ROOT, 'node_modules/.bin')];
  process.env['PATH'] = [...tools, process.env['PATH']].join(delimiter);
  process.chdir(ROOT);
  using packed = await packPackages();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  await runTool('npm', [...install, ...packed.tarballs], { cwd: folder });
  const installed = join(folder, 'node_modules');
  return { words: [join(installed, '.bin/fellrunner')], installed };
}

/** What all files below a folder take, in MB of 10⁶ bytes. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size / 1e6)
    .reduce((sum, size) => sum + size, 0);
}
