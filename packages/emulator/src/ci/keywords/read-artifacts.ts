import type { ConfigField } from '../config-field.ts';
import { parseDuration } from '../duration.ts';
import { readReports } from './read-reports.ts';
import type { Report } from './read-reports.ts';

/** When something is uploaded or saved. */
export type UploadWhen = 'on_success' | 'on_failure' | 'always';

export const UPLOAD_WHEN: readonly UploadWhen[] = ['on_success', 'on_failure', 'always'];

/** Who may download artifacts. */
export type ArtifactAccess = 'all' | 'developer' | 'maintainer' | 'none';

const ACCESS: readonly ArtifactAccess[] = ['all', 'developer', 'maintainer', 'none'];

/** What `artifacts:` says; what is left out there is undefined. */
export interface Artifacts {
  readonly name: string | undefined;
  readonly paths: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly untracked: boolean | undefined;
  readonly when: UploadWhen | undefined;
  readonly expireIn: string | undefined;
  readonly public: boolean | undefined;
  readonly access: ArtifactAccess | undefined;
  readonly reports: readonly Report[];
}

const KEYS = [
  ...(['name', 'untracked', 'paths', 'reports', 'when'] as const),
  ...(['expire_in', 'expose_as', 'exclude', 'public', 'access'] as const),
] as const;

export function readArtifacts(field: ConfigField): Artifacts | undefined {
  const map = field.map(KEYS);
  if (map === undefined) return undefined;
  map.refuseTogether(['public', 'access']);
  map.get('expose_as')?.note('shows links in merge requests, which there are none of here');
  readExposure(map.get('expose_as'), map.get('paths'));
  const reports = map.get('reports');
  return {
    name: map.get('name')?.string(),
    paths: map.get('paths')?.strings(),
    exclude: map.get('exclude')?.strings(),
    untracked: map.get('untracked')?.boolean(),
    when: map.get('when')?.oneOf(UPLOAD_WHEN),
    expireIn: readExpiry(map.get('expire_in')),
    public: map.get('public')?.boolean(),
    access: map.get('access')?.oneOf(ACCESS),
    reports: reports === undefined ? [] : readReports(reports),
  };
}

function readExpiry(field: ConfigField | undefined): string | undefined {
  const text = field?.string();
  if (field === undefined || text === undefined) return undefined;
  if (text.toLowerCase() === 'never' || parseDuration(text) !== undefined) return text;
  return field.refuse(`is "${text}", which is no duration`, 'write it like "7 days", or never');
}

function readExposure(field: ConfigField | undefined, paths: ConfigField | undefined): void {
  const name = field?.string();
  if (field === undefined || name === undefined) return;
  if (!/^\w[-\w ]*$/.test(name) || name.length > 100) {
    field.refuse(`is "${name}"`, 'use up to 100 letters, digits, "-", "_" and spaces');
  }
  if (paths === undefined) field.refuse('has no paths to expose', 'add artifacts:paths');
  if (paths?.strings()?.some((path) => path.includes('*'))) {
    paths.refuse('has a "*", which expose_as does not take', 'name the files');
  }
}
