import { TooManyAlternatives } from '../glob/expand-braces.ts';
import { anyChanged, anyExists, matchesAny } from '../glob/match-paths.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';

/** Who asks about globs: `rules:changes`, `rules:exists`, or `changes` of `only` and `except`. */
export type GlobQuestion = 'changes' | 'exists' | 'only:changes';

interface GlobContext {
  readonly facts: PipelineFacts;
  readonly problems: Problems;
}

/**
 * Asks about globs that stand at a place; ones that cannot be answered are reported there.
 *
 * The answer is kept with the facts: jobs of one template ask the same thing of thousands of files.
 */
export function askGlobs(
  question: GlobQuestion,
  globs: readonly string[],
  at: Place,
  { facts, problems }: GlobContext,
): boolean {
  const key = JSON.stringify([question, globs]);
  const known = facts.globAnswers.get(key);
  if (known !== undefined) return known;
  try {
    const answer = answerGlobs(question, globs, facts);
    facts.globAnswers.set(key, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof TooManyAlternatives)) throw error;
    problems.add(at, 'a glob stands for too many paths by its braces', 'use fewer of them');
    return false;
  }
}

function answerGlobs(
  question: GlobQuestion,
  globs: readonly string[],
  facts: PipelineFacts,
): boolean {
  if (question === 'exists') return anyExists(globs, facts.files());
  const { changedFiles } = facts;
  // A pipeline with nothing to compare to, such as a new branch's, counts as changing everything.
  if (changedFiles === undefined) return true;
  return question === 'changes' ? anyChanged(globs, changedFiles) : matchesAny(globs, changedFiles);
}
