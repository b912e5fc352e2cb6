/** A regular file of the project folder, as it was when it was selected. */
export interface SelectedFile {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly modifiedAt: Date;
  readonly content: DiskContent;
}

/** Where a file's bytes are; the numbers tell whether another file has taken its place since. */
export interface DiskContent {
  readonly root: string;
  readonly size: number;
  readonly device: number;
  readonly inode: number;
}

/** A symbolic link, packed as a link whatever it points to. */
export interface SelectedLink {
  readonly kind: 'link';
  readonly path: string;
  readonly modifiedAt: Date;
  readonly target: string;
}

/** A folder; each has an entry of its own, so that empty ones and modes survive. */
export interface SelectedFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly mode: number;
  readonly modifiedAt: Date;
}

/** What an archive of a project folder has an entry for; `path` is relative, with forward slashes. */
export type SelectedEntry = SelectedFile | SelectedLink | SelectedFolder;

/** What the log says about a selection, as data; `renderSelection` gives gitlab-runner's words. */
export type SelectionNote =
  | { readonly kind: 'found'; readonly pattern: string; readonly count: number }
  | { readonly kind: 'nothing-found'; readonly pattern: string }
  | { readonly kind: 'empty-pattern' }
  | { readonly kind: 'invalid-pattern'; readonly pattern: string }
  | { readonly kind: 'outside-pattern'; readonly pattern: string; readonly role: PatternRole }
  | { readonly kind: 'outside-path'; readonly path: string }
  | { readonly kind: 'special-file'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'untracked-found'; readonly count: number }
  | { readonly kind: 'untracked-failed'; readonly reason: string }
  | { readonly kind: 'excluded'; readonly pattern: string; readonly count: number };

/** Whether a pattern picks files or takes them out again. */
export type PatternRole = 'path' | 'exclude';

/** The files for one artifact or cache, sorted by the bytes of their paths. */
export interface Selection {
  readonly root: string;
  readonly entries: readonly SelectedEntry[];
  /** In the order of gitlab-runner's log lines. */
  readonly notes: readonly SelectionNote[];
}
