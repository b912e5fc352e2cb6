import { toVariables } from './variables/yaml-variable.ts';
import type { YamlVariables } from './variables/yaml-variable.ts';

/** What a pipeline is to be made of. */
export interface CompileOptions {
  /**
   * A file of the commit as UTF-8, by its path from the repository's root; undefined if there is
   * none.
   */
  readFile(path: string): string | undefined;
  /** The paths of all files of the commit. */
  listFiles(): Iterable<string>;
  /** The branch or tag that the pipeline is for, without `refs/heads/`. */
  readonly ref: string;
  readonly tag?: boolean;
  /**
   * Variables of the pipeline. They win over those of the configuration; predefined ones may stand
   * among them, or in `predefined` where the configuration shall win.
   */
  readonly variables: Readonly<Record<string, string>>;
  readonly predefined?: Readonly<Record<string, string>>;
  /** Files that differ from what was there before; left out, every `changes` holds, as for a new branch. */
  readonly changedFiles?: readonly string[];
  /** The configuration's path; `.gitlab-ci.yml` if left out. */
  readonly entry?: string;
  /** The commit that last changed a file, for `cache:key:files_commits`. */
  lastCommitOf?(path: string): string | undefined;
}

/** What is known of the commit and the event when a pipeline is made. */
export interface PipelineFacts {
  readonly ref: string;
  readonly isTag: boolean;
  /** What started it: `push`, `schedule`, `merge_request_event`, … */
  readonly source: string;
  readonly isMergeRequest: boolean;
  readonly projectPath: string | undefined;
  readonly changedFiles: readonly string[] | undefined;
  readonly entry: string;
  /** Variables that those of the configuration win over, and those that win over them. */
  readonly predefined: YamlVariables;
  readonly given: YamlVariables;
  readFile(path: string): string | undefined;
  files(): readonly string[];
  /** What has been answered about globs of rules. */
  readonly globAnswers: Map<string, boolean>;
  readonly lastCommitOf: ((path: string) => string | undefined) | undefined;
}

export function createPipelineFacts(options: CompileOptions): PipelineFacts {
  const known = { ...options.predefined, ...options.variables };
  const source = known['CI_PIPELINE_SOURCE'] ?? 'push';
  const isMergeRequest = source === 'merge_request_event';
  const isTag = options.tag ?? false;
  let files: readonly string[] | undefined;
  return {
    ref: options.ref,
    isTag,
    source,
    isMergeRequest,
    projectPath: known['CI_PROJECT_PATH'],
    changedFiles: options.changedFiles,
    entry: options.entry ?? '.gitlab-ci.yml',
    predefined: toVariables(
      Object.entries({
        ...deducedVariables(options.ref, isTag, isMergeRequest),
        CI_PIPELINE_SOURCE: source,
        ...options.predefined,
      }),
    ),
    given: toVariables(Object.entries(options.variables)),
    readFile: (path) => options.readFile(path),
    files: () => (files ??= [...options.listFiles()]),
    globAnswers: new Map(),
    lastCommitOf: options.lastCommitOf && ((path) => options.lastCommitOf?.(path)),
  };
}

/** The predefined variables that follow from the ref alone. */
function deducedVariables(
  ref: string,
  isTag: boolean,
  isMergeRequest: boolean,
): Record<string, string> {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_COMMIT_REF_NAME: ref,
    CI_COMMIT_REF_SLUG: toSlug(ref),
    // GitLab sets neither of them in a merge request's pipeline.
    ...(isTag && { CI_COMMIT_TAG: ref }),
    ...(!isTag && !isMergeRequest && { CI_COMMIT_BRANCH: ref }),
  };
}

/** A name as GitLab makes it fit for a host name. */
export function toSlug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
}
