import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

import { readOr } from '../process/process-identity.ts';

/** Where programs are looked for besides `PATH`, which a service may have without `/sbin`. */
const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** The absolute path of an executable file; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...USUAL_FOLDERS];
  return folders
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  return readOr(false, () => {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  });
}
