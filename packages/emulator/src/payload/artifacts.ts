import type { ArtifactSpec, OneOrMany } from '../control/wire-job-spec.ts';
import type { JsonObject } from '../http/parameters.ts';
import { artifactType } from '../world/artifact-type.ts';

/** What the runner is to upload; null where the job has no artifacts. */
export function artifactsPayload(specs: readonly ArtifactSpec[]): JsonObject[] | null {
  return specs.length === 0 ? null : specs.map(artifactPayload);
}

function artifactPayload(spec: ArtifactSpec): JsonObject {
  const { artifact_type: type = 'archive' } = spec;
  return type === 'archive' ? archivePayload(spec) : reportPayload(spec, type);
}

function archivePayload(spec: ArtifactSpec): JsonObject {
  return {
    name: spec.name ?? null,
    untracked: spec.untracked ?? false,
    paths: linesOf(spec.paths),
    ...excludeOf(spec),
    when: spec.when ?? 'on_success',
    expire_in: spec.expire_in ?? null,
    artifact_type: 'archive',
    artifact_format: spec.artifact_format ?? 'zip',
  };
}

/** Reports are always uploaded, under their usual name; what is not set is left out. */
function reportPayload(spec: ArtifactSpec, type: string): JsonObject {
  const { fileName, format } = artifactType(type) ?? {};
  const name = spec.name ?? fileName;
  return {
    ...(name === undefined ? {} : { name }),
    paths: linesOf(spec.paths),
    ...excludeOf(spec),
    when: spec.when ?? 'always',
    ...(spec.expire_in === undefined ? {} : { expire_in: spec.expire_in }),
    artifact_type: type,
    artifact_format: spec.artifact_format ?? format ?? 'raw',
  };
}

function excludeOf({ exclude }: ArtifactSpec): JsonObject {
  const lines = linesOf(exclude);
  return lines.length === 0 ? {} : { exclude: lines };
}

export function linesOf(lines: OneOrMany<string> | undefined): string[] {
  return lines === undefined ? [] : [lines].flat();
}
