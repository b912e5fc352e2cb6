import { TooManyAlternatives } from '../glob/expand-braces.ts';
import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';

/** A question about globs and the files that they may name. */
export type GlobQuestion = (globs: readonly string[], files: readonly string[]) => boolean;

/** Asks about globs that stand at a place; one that cannot be answered is reported there. */
export function askGlobs(
  question: GlobQuestion,
  globs: readonly string[],
  files: readonly string[],
  { at, problems }: { readonly at: Place; readonly problems: Problems },
): boolean {
  try {
    return question(globs, files);
  } catch (error) {
    if (!(error instanceof TooManyAlternatives)) throw error;
    problems.add(at, 'a glob stands for too many paths by its braces', 'use fewer of them');
    return false;
  }
}
