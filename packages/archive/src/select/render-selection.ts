import { showPath } from '../path-name.ts';
import type { Selection, SelectionNote } from './selection.ts';

/** A line for the job's log. */
export interface SelectionLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Says in gitlab-runner's words what was found for an artifact or a cache, and whether nothing was. */
export function renderSelection(
  { root, entries, notes }: Selection,
  purpose: 'artifacts' | 'cache',
): readonly SelectionLine[] {
  const lines = notes.map((note) => renderNote(note, root));
  if (entries.length > 0) return lines;
  const nothing: SelectionLine =
    purpose === 'artifacts'
      ? { level: 'error', text: 'No files to upload' }
      : { level: 'warning', text: 'No files to cache.' };
  return [...lines, nothing];
}

function renderNote(note: SelectionNote, root: string): SelectionLine {
  const info = (text: string): SelectionLine => ({ level: 'info', text });
  const warning = (text: string): SelectionLine => ({ level: 'warning', text });
  switch (note.kind) {
    case 'found':
      return info(`${note.pattern}: found ${note.count} matching artifact files and directories`);
    case 'nothing-found':
      return warning(
        `${note.pattern}: no matching files. Ensure that the artifact path is relative to the working directory (${root})`,
      );
    case 'empty-pattern':
      return warning('No matching files. Path is empty.');
    case 'invalid-pattern':
      return warning(`${note.pattern}: syntax error in pattern`);
    case 'outside-pattern':
      return warning(
        `${note.role === 'path' ? 'processPath' : 'isExcluded'}: artifact path is not a subpath of project directory: ${note.pattern}`,
      );
    case 'outside-path':
      return warning(`${showPath(note.path)}: not supported: outside build directory`);
    case 'special-file':
      return warning(`File ignored: ${showPath(note.path)}`);
    case 'unreadable':
      return warning(`${showPath(note.path)}: ${note.reason}`);
    case 'untracked-found':
      return note.count === 0
        ? warning('untracked: no files')
        : info(`untracked: found ${note.count} files`);
    case 'untracked-failed':
      return warning(`untracked: ${note.reason}`);
    case 'excluded':
      return info(`${note.pattern}: excluded ${note.count} files`);
  }
}
