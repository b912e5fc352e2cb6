import { compilePipeline, PipelineRefused } from '../compile-pipeline.ts';
import type { CompileOptions, Pipeline, PipelineJob } from '../compile-pipeline.ts';

/** What a test says of the commit and the event; left out it is a push of `main`, the default branch. */
export interface Given extends Partial<Omit<CompileOptions, 'readFile' | 'listFiles'>> {
  /** Further files of the repository, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Compiles a configuration given as text. */
export function compileText(text: string, given: Given = {}): Pipeline {
  const { files: others = {}, ...options } = given;
  const files: Readonly<Record<string, string>> = { '.gitlab-ci.yml': text, ...others };
  return compilePipeline({
    ref: 'main',
    variables: {},
    predefined: { CI_DEFAULT_BRANCH: 'main' },
    ...options,
    readFile: (path) => files[path],
    listFiles: () => Object.keys(files),
  });
}

/** The one job of a configuration, or the one of that name. */
export function compileJob(
  text: string,
  given: Given & { readonly name?: string } = {},
): PipelineJob {
  const { name, ...rest } = given;
  const { jobs } = compileText(text, rest);
  const found = jobs.filter((job) => name === undefined || job.name === name);
  const [job] = found;
  if (job === undefined || found.length > 1) throw new Error(`${found.length} jobs match`);
  return job;
}

/** The names of the jobs that a configuration makes, in order; none if it makes no pipeline. */
export function jobNames(text: string, given: Given = {}): string[] {
  return compileText(text, given).jobs.map(({ name }) => name);
}

/** What keeps a configuration from compiling, as `line:column what`; with the file if it is another. */
export function problemsOf(text: string, given: Given = {}): string[] {
  return refusal(text, given).problems.map(({ file, line, column, what }) => {
    return `${file === '.gitlab-ci.yml' ? '' : `${file}:`}${line}:${column} ${what}`;
  });
}

/** The ways out that a refused configuration is given. */
export function waysOutOf(text: string, given: Given = {}): string[] {
  return refusal(text, given).problems.map(({ wayOut }) => wayOut);
}

function refusal(text: string, given: Given): { problems: PipelineRefused['problems'] } {
  try {
    compileText(text, given);
  } catch (error) {
    if (error instanceof PipelineRefused) return error;
    throw error;
  }
  return { problems: [] };
}
