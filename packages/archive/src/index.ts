/**
 * Picks, packs and unpacks the files of GitLab artifacts and caches.
 *
 * @packageDocumentation
 */
export { createPathMatcher, type PathMatcher } from './glob/path-matcher.ts';
export { selectFiles, type SelectOptions } from './select/select-files.ts';
export { packZip } from './pack/pack-zip.ts';
