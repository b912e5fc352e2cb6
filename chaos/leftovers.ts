import { readdirSync, readFileSync } from 'node:fs';

/** The folders of jobs that are still there below a store. */
export function leftoverFolders(store: string): string[] {
  try {
    return readdirSync(`${store}.jobs`);
  } catch {
    return [];
  }
}

/** What keeps the exit codes of a runner's steps, for as long as that lives. */
const KEEPER = /FELLRUNNER_MARK=[^\0]*:keeper:keep/;

/** The marked processes of jobs that have something to do with a folder. */
export function leftoverProcesses(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environ = environOf(pid);
      const isMarked = environ.includes('FELLRUNNER_MARK=') && !KEEPER.test(environ);
      return isMarked && environ.includes(folder);
    });
}

function environOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It has ended since it was listed, or is another user's.
    return '';
  }
}
