import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';

import { markdownTable } from './table.ts';

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlayfs',
};

/** What the figures depend on, but for the machine's name. */
export function machineTable(): string {
  const { version } = JSON.parse(
    readFileSync(new URL('../../packages/cli/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const { bsize, blocks, type } = statfsSync(tmpdir());
  const fileSystem = FILE_SYSTEMS[type] ?? `type ${type.toString(16)}`;
  return markdownTable([
    ['', ''],
    ['cores', `${availableParallelism()} (${cpus()[0]?.model.trim() ?? process.arch})`],
    ['memory', `${Math.round(totalmem() / 1e9)} GB`],
    ['kernel', `Linux ${release()}`],
    ['file system', `${fileSystem}, ${Math.round((bsize * blocks) / 1e9)} GB`],
    ['Node', process.versions.node],
    ['fellrunner', version],
  ]);
}
