import type { JsonObject } from '../http/parameters.ts';
import type { Variable } from '../variables/variable.ts';
import { repositoryUrl } from '../variables/predefined-variables.ts';
import type { Job } from '../world/job.ts';

const DEFAULT_DEPTH = 20;

/** Where the sources come from; the depth is resolved here, not by the runner. */
export function gitInfoPayload(job: Job, url: string, variables: readonly Variable[]): JsonObject {
  const { ref, tag, commit, repository } = job.pipeline.source;
  const depth = depthOf(variables);
  return {
    repo_url: repositoryUrl(job, url),
    ref,
    sha: commit.sha,
    before_sha: '0'.repeat(40),
    ref_type: tag ? 'tag' : 'branch',
    refspecs: refspecs(job, depth),
    depth,
    repo_object_format: repository?.objectFormat ?? 'sha1',
    protected: job.demand.protected,
  };
}

function depthOf(variables: readonly Variable[]): number {
  const variable = variables.findLast(({ key }) => key === 'GIT_DEPTH');
  if (variable === undefined || variable.value === '') return DEFAULT_DEPTH;
  return Number.parseInt(variable.value, 10) || 0;
}

/** A depth of 0 fetches every branch and tag, any other the pipeline's own. */
function refspecs(job: Job, depth: number): string[] {
  const { ref, tag } = job.pipeline.source;
  const pipeline = `refs/pipelines/${job.pipeline.id}`;
  const branch = (name: string): string => `+refs/heads/${name}:refs/remotes/origin/${name}`;
  const tagged = (name: string): string => `+refs/tags/${name}:refs/tags/${name}`;
  const wanted = depth > 0 ? [tag ? tagged(ref) : branch(ref)] : [branch('*'), tagged('*')];
  return [`+${pipeline}:${pipeline}`, ...wanted];
}
