import { ANSI, plainLine } from './log-text.ts';

/** A part of the log that GitLab folds and times. */
export interface Section {
  /** As in `section_start:TIME:NAME`. */
  readonly name: string;
  readonly title: string;
  /** Whether the server understands the markers; without them only the title is there. */
  readonly isMarked: boolean;
}

export function sectionStart({ isMarked, name, title }: Section, now: number): string {
  const line = plainLine(`${ANSI.boldCyan}${title}${ANSI.reset}`);
  return isMarked ? `${marker('start', name, now)}${line}` : line;
}

export function sectionEnd({ isMarked, name }: Section, now: number): string {
  return isMarked ? marker('end', name, now) : '';
}

function marker(edge: 'start' | 'end', name: string, now: number): string {
  return `section_${edge}:${Math.floor(now / 1000)}:${name}\r${ANSI.clear}`;
}

const TITLES: Readonly<Record<string, string>> = {
  prepare_script: 'Preparing environment',
  get_sources: 'Getting source from Git repository',
  clear_worktree: 'Deleting all tracked and untracked files due to source fetch failure',
  restore_cache: 'Restoring cache',
  download_artifacts: 'Downloading artifacts',
  after_script: 'Running after_script',
  archive_cache: 'Saving cache for successful job',
  archive_cache_on_failure: 'Saving cache for failed job',
  upload_artifacts_on_success: 'Uploading artifacts for successful job',
  upload_artifacts_on_failure: 'Uploading artifacts for failed job',
  cleanup_file_variables: 'Cleaning up project directory and file based variables',
};

/** The section of a stage or step as gitlab-runner names and titles it. */
export function sectionOf(name: string, isMarked: boolean): Section {
  const title = TITLES[name] ?? `Executing "${name}" stage of the job script`;
  return { name, title, isMarked };
}

/** The section of one of the payload's `steps`. */
export function stepSection(step: string, isMarked: boolean): Section {
  const safe = step.toLowerCase().replaceAll(/[^\w.-]/g, '_');
  const name = step === 'after_script' ? step : `step_${safe}`;
  return sectionOf(name, isMarked);
}
