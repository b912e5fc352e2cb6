import { inflateRawSync } from 'node:zlib';
import type { ArtifactFiles } from './artifact-files.ts';

const TRAILER_SIZE = 8;
/** Of RFC 1952, in the order in which the fields follow the header. */
const Flag = { extra: 4, name: 8, comment: 16, checksum: 2 } as const;

/**
 * The files of a report: one gzip member after the other. As gitlab-runner writes them, a member's
 * comment is the file's path, and its name the last part of it.
 */
export function gzipFiles(gzip: Buffer): ArtifactFiles {
  const files = new Map<string, () => Buffer>();
  for (let at = 0; at < gzip.length;) {
    const { path, end } = readHeader(gzip, at);
    const { buffer, engine } = inflateMember(gzip.subarray(end));
    files.set(path, () => buffer);
    at = end + engine.bytesWritten + TRAILER_SIZE;
  }
  return files;
}

function readHeader(gzip: Buffer, start: number): { readonly path: string; readonly end: number } {
  if (gzip.readUInt16BE(start) !== 0x1f8b) throw new Error('The artifact is not gzipped.');
  const flags = gzip.readUInt8(start + 3);
  let at = start + 10;
  if ((flags & Flag.extra) !== 0) at += 2 + gzip.readUInt16LE(at);
  const texts = [Flag.name, Flag.comment].map((flag) => {
    if ((flags & flag) === 0) return undefined;
    const text = gzip.toString('utf8', at, gzip.indexOf(0, at));
    at = gzip.indexOf(0, at) + 1;
    return text;
  });
  if ((flags & Flag.checksum) !== 0) at += 2;
  const [name = '', comment] = texts;
  return { path: decodeText(comment ?? name), end: at };
}

/** gitlab-runner marks and escapes what is not plain ASCII, since the header is Latin-1. */
function decodeText(text: string): string {
  return text.startsWith('e:') ? decodeURIComponent(text.slice(2)) : text;
}

interface Inflated {
  readonly buffer: Buffer;
  /** Tells how many bytes the member had. */
  readonly engine: { readonly bytesWritten: number };
}

function inflateMember(bytes: Buffer): Inflated {
  const inflated: unknown = inflateRawSync(bytes, { info: true });
  return inflated as Inflated;
}
