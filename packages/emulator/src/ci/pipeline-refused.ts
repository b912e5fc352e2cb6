/** A position in a repository's file; both counts begin at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that keeps a configuration from becoming a pipeline, and what to do about it. */
export interface PipelineProblem extends Place {
  readonly what: string;
  readonly wayOut: string;
}

/** Something that GitLab's server would act upon and that changes nothing for a runner. */
export interface PipelineNote extends Place {
  readonly what: string;
}

/** Thrown for a configuration that gives no pipeline; `problems` has all that was found, in file order. */
export class PipelineRefused extends Error {
  override readonly name = 'PipelineRefused';
  readonly problems: readonly PipelineProblem[];

  constructor(problems: readonly PipelineProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

function describeProblem({ file, line, column, what, wayOut }: PipelineProblem): string {
  return `${file}:${line}:${column}: ${what}; ${wayOut}`;
}
