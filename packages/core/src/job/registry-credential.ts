import type { Credential, Job } from './job.ts';

/** Where an image comes from that names no registry. */
const DOCKER_HUB = 'docker.io';

/**
 * The credential that came with a job for an image's registry; undefined where there is none. Of
 * several that fit the one with the longest path counts, so that a group's own stands over its
 * registry's.
 */
export function findRegistryCredential(
  { credentials }: Pick<Job, 'credentials'>,
  image: string,
): Credential | undefined {
  const path = withRegistry(image);
  const fitting = credentials.filter(
    ({ type, url }) => type === 'registry' && isBelow(path, withoutScheme(url)),
  );
  return fitting.reduce<Credential | undefined>(
    (best, it) =>
      best === undefined || withoutScheme(it.url).length > withoutScheme(best.url).length
        ? it
        : best,
    undefined,
  );
}

/**
 * `registry.example.com` must not get the password of `registry.example.co`, nor one port that of
 * another; behind a repository's path there may be a tag or a digest.
 */
function isBelow(path: string, registry: string): boolean {
  if (registry === '' || !path.startsWith(registry)) return false;
  const next = path.charAt(registry.length);
  return next === '' || next === '/' || (registry.includes('/') && /[:@]/.test(next));
}

/** As Docker reads an image's name: its first part is a host where it looks like one. */
function withRegistry(image: string): string {
  const [host = ''] = image.split('/', 1);
  const namesHost = image.includes('/') && /[.:]|^localhost$/.test(host);
  return namesHost ? image : `${DOCKER_HUB}/${image}`;
}

function withoutScheme(url: string): string {
  const path = url.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  return path.replace(/^index\.docker\.io(\/v1)?$/, DOCKER_HUB);
}
