import type { FileHash } from '@fellrunner/archive';

import { findRemote } from '../git/remote.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { goArchitecture } from '../shell/job-variables.ts';

/** Where GitLab describes what the fields below mean; the words are those of version 19.4. */
const BUILD_TYPE = 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v19.4.0/PROVENANCE.md';

/** What was made of what, by whom: an in-toto statement with SLSA's provenance as its predicate. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v0.1';
  readonly subject: readonly Subject[];
  readonly predicateType: 'https://slsa.dev/provenance/v1';
  readonly predicate: object;
}

interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

/** Says of files that this job has made them, as `RUNNER_GENERATE_ARTIFACTS_METADATA` asks for. */
export function provenanceOf(
  plan: JobPlan,
  files: readonly FileHash[],
  finishedAt: Date,
): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: files.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: buildDefinition(plan),
      runDetails: runDetails(plan, finishedAt),
    },
  };
}

function buildDefinition(plan: JobPlan): object {
  const { job, runner } = plan;
  const source = sourceOf(plan);
  return {
    buildType: BUILD_TYPE,
    externalParameters: {
      // The names alone: a value may be a secret.
      ...Object.fromEntries([...job.variables.fields()].map(({ key }) => [key, ''])),
      entryPoint: job.name,
      source,
    },
    internalParameters: {
      architecture: goArchitecture(process.arch),
      executor: 'shell',
      job: String(job.id),
      name: runner.name,
    },
    // A commit's hash is called so there, whichever git made it with.
    resolvedDependencies: [{ uri: source, digest: { sha256: job.sha } }],
  };
}

function runDetails(plan: JobPlan, finishedAt: Date): object {
  const { job, runner, running } = plan;
  const startedAt = Date.parse(running.variables.value('CI_JOB_STARTED_AT'));
  return {
    builder: {
      id: `${sourceOf(plan)}/-/runners/${running.variables.value('CI_RUNNER_ID')}`,
      version: { fellrunner: runner.version },
    },
    metadata: {
      invocationId: String(job.id),
      ...(Number.isNaN(startedAt) ? {} : { startedOn: toInstant(startedAt) }),
      finishedOn: toInstant(finishedAt.getTime()),
    },
  };
}

function sourceOf(plan: JobPlan): string {
  return findRemote(plan).url.replace(/\.git$/, '');
}

/** To the second, as there. */
function toInstant(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
