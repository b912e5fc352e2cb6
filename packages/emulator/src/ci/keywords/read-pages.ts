import type { ConfigMap } from '../config-field.ts';
import type { Artifacts } from './read-artifacts.ts';

const DEFAULT_PATH = 'public';
const NO_ARTIFACTS: Artifacts = {
  name: undefined,
  paths: undefined,
  exclude: undefined,
  untracked: undefined,
  when: undefined,
  expireIn: undefined,
  public: undefined,
  access: undefined,
  reports: [],
};

/** Adds the folder of a Pages job, which GitLab uploads without being asked to. */
export function withPagesPath(
  artifacts: Artifacts | undefined,
  map: ConfigMap<'pages' | 'publish'>,
): Artifacts | undefined {
  const pages = map.get('pages');
  const publish = map.get('publish')?.string();
  if (!isPagesJob(map)) {
    map.get('publish')?.refuse('stands in a job without pages', 'add `pages: true`');
    return artifacts;
  }
  const details = pages?.node.kind === 'map' ? pages : undefined;
  const own = details?.map(['path_prefix', 'expire_in', 'publish'])?.get('publish')?.string();
  if (own !== undefined && publish !== undefined) {
    pages?.refuse('has publish, which the job has as well', 'keep pages:publish alone');
  }
  const path = own ?? publish ?? DEFAULT_PATH;
  const paths = artifacts?.paths ?? [];
  return {
    ...(artifacts ?? NO_ARTIFACTS),
    paths: paths.includes(path) ? paths : [...paths, path],
  };
}

function isPagesJob(map: ConfigMap<'pages'>): boolean {
  const pages = map.get('pages');
  if (pages === undefined) return map.field.name === 'pages';
  return pages.node.kind === 'map' || pages.boolean() === true;
}
