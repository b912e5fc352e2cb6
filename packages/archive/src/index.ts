/**
 * Picks, packs and unpacks the files of GitLab artifacts and caches.
 *
 * `selectFiles` picks from a project folder what gitlab-runner would pick, `createPathMatcher`
 * decides for files that are not on disk. `packZip`, `packGzip` and `packRaw` make the stream for
 * an upload, `packToFile` a file. `openZip` reads single files of an archive, `unpackZip` unpacks
 * it as a whole; both refuse hostile archives. `removeTree` removes what a job leaves. The file to
 * read first is `select/selection.ts`.
 *
 * @packageDocumentation
 */
export { ArchiveError, isArchiveError, type ArchiveErrorCode } from './archive-error.ts';
export { createPathMatcher, type PathMatcher } from './glob/path-matcher.ts';
export { decodePath } from './path-name.ts';
export { removeTree } from './remove-tree.ts';
export { selectFiles, type SelectOptions } from './select/select-files.ts';
export { renderSelection, type SelectionLine } from './select/render-selection.ts';
export type {
  DiskContent,
  SelectedEntry,
  SelectedFile,
  SelectedFolder,
  SelectedLink,
  Selection,
  SelectionNote,
} from './select/selection.ts';
export { hashFiles, type FileHash } from './pack/hash-files.ts';
export { packGzip } from './pack/pack-gzip.ts';
export { packRaw } from './pack/pack-raw.ts';
export { packToFile, type PackToFileOptions } from './pack/pack-to-file.ts';
export { packZip } from './pack/pack-zip.ts';
export {
  parseCompressionLevel,
  type CompressionLevel,
  type GivenContent,
  type PackEntries,
  type PackEntry,
  type PackFile,
  type PackNote,
  type PackOptions,
} from './pack/pack-entry.ts';
export { openZip, type ZipArchive } from './unpack/open-zip.ts';
export type { FileOwner } from './unpack/stage-entries.ts';
export { unpackZip, type Unpacked, type UnpackOptions } from './unpack/unpack-zip.ts';
export type { UnpackLimits } from './unpack/unpack-limits.ts';
export type { ZipEntry } from './unpack/zip-entry.ts';
