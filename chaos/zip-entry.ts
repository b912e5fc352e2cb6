import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { openZip } from '@fellrunner/archive';

/** One file of an uploaded archive, as text. */
export async function openZipEntry(
  archive: Buffer | undefined,
  path: string,
): Promise<string | undefined> {
  if (archive === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-chaos-zip-'));
  try {
    const file = join(folder, 'artifacts.zip');
    await writeFile(file, archive);
    await using zip = await openZip(file);
    return await text(zip.open(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
