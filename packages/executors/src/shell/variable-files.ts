import { chownSync, mkdirSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';

import type { JobPlan } from './job-plan.ts';

/** Writes the job's file variables, 0600, into the folder beside the project's. */
export function writeVariableFiles({ config, running, workplace }: JobPlan): void {
  if (running.files.length === 0) return;
  mkdirSync(workplace.temporary, { recursive: true });
  for (const { content, path } of running.files) {
    // An earlier job, or this one, may have put a link there: it is replaced, not followed.
    rmSync(path, { force: true, recursive: true });
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
    if (config.user !== undefined) chownSync(path, config.user.uid, config.user.gid);
  }
}

/** Removes what {@link writeVariableFiles} wrote; safe where nothing is there. */
export function removeVariableFiles({ running }: JobPlan): void {
  for (const { path } of running.files) rmSync(path, { force: true, recursive: true });
}
