import { runGit } from './run-git.ts';

/** What a payload and its variables say of the commit. */
export interface CommitFacts {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
  readonly timestamp: string;
  /** The annotation of an annotated tag. */
  readonly tagMessage: string | undefined;
}

const FIELDS = '%H%x00%an <%ae>%x00%cI%x00%B';

export function readCommit(folder: string, revision: string): CommitFacts {
  const text = runGit(folder, 'log', '-1', `--format=${FIELDS}`, `${revision}^{commit}`, '--');
  const [sha = '', author = '', timestamp = '', message = ''] = text.split('\0');
  return { sha, author, timestamp, message, tagMessage: readTagMessage(folder, revision) };
}

function readTagMessage(folder: string, revision: string): string | undefined {
  if (!revision.startsWith('refs/tags/')) return undefined;
  const format = '--format=%(if:equals=tag)%(objecttype)%(then)%(contents)%(end)';
  return runGit(folder, 'for-each-ref', format, revision) || undefined;
}

/** The first line, as GitLab has it in `CI_COMMIT_TITLE`. */
export function titleOf({ message }: CommitFacts): string {
  return message.split('\n', 1)[0] ?? '';
}

/** What follows the title, or all where the title is longer than 100 characters. */
export function descriptionOf(commit: CommitFacts): string {
  const title = titleOf(commit);
  return title.length > 100 ? commit.message : commit.message.slice(title.length).trimStart();
}
