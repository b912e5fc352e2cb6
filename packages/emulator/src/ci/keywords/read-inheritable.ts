import type { ConfigField, ConfigMap } from '../config-field.ts';
import type { InheritableKeyword } from './job-keywords.ts';
import { readArtifacts } from './read-artifacts.ts';
import type { Artifacts } from './read-artifacts.ts';
import { readCaches } from './read-cache.ts';
import type { CacheDefinition } from './read-cache.ts';
import { readImage, readServices } from './read-image.ts';
import type { ImageValue } from './read-image.ts';
import { readRetry } from './read-retry.ts';
import type { Retry } from './read-retry.ts';

/** What jobs and `default:` have in common. */
export interface Inheritable {
  readonly beforeScript: readonly string[];
  readonly afterScript: readonly string[] | undefined;
  readonly preGetSourcesScript: readonly string[] | undefined;
  readonly caches: readonly CacheDefinition[];
  readonly image: ImageValue | undefined;
  readonly services: readonly ImageValue[];
  readonly retry: Retry | undefined;
  readonly tags: readonly string[];
  readonly artifacts: Artifacts | undefined;
}

const MAX_TAGS = 49;

export function readInheritable(map: ConfigMap<InheritableKeyword>): Inheritable {
  const hooks = map.get('hooks')?.map(['pre_get_sources_script']);
  map.get('interruptible')?.boolean();
  return {
    beforeScript: map.get('before_script')?.commands() ?? [],
    afterScript: map.get('after_script')?.commands(),
    preGetSourcesScript: hooks?.get('pre_get_sources_script')?.commands(),
    caches: readWith(map.get('cache'), readCaches) ?? [],
    image: readWith(map.get('image'), readImage),
    services: readWith(map.get('services'), readServices) ?? [],
    retry: readWith(map.get('retry'), readRetry),
    tags: readWith(map.get('tags'), readTags) ?? [],
    artifacts: readWith(map.get('artifacts'), readArtifacts),
  };
}

function readTags(field: ConfigField): readonly string[] | undefined {
  const tags = field.strings();
  if (tags === undefined || new Set(tags).size <= MAX_TAGS) return tags;
  return field.refuse(`has ${tags.length} tags`, `keep at most ${MAX_TAGS}`);
}

/** Reads a value that may be left out. */
export function readWith<T>(
  field: ConfigField | undefined,
  read: (field: ConfigField) => T | undefined,
): T | undefined {
  return field && read(field);
}
