import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';

/**
 * Turns a file name's bytes into a string that {@link encodePath} turns back into the same bytes:
 * bytes that are not UTF-8 become lone surrogates (U+DC80 to U+DCFF), as Python does.
 */
export function decodePath(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const width = characterWidth(bytes, at);
    text +=
      width > 0
        ? Buffer.from(bytes.subarray(at, at + width)).toString('utf8')
        : String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += Math.max(width, 1);
  }
  return text;
}

function characterWidth(bytes: Uint8Array, at: number): number {
  for (let width = 1; width <= 4 && at + width <= bytes.length; width++) {
    if (isUtf8(bytes.subarray(at, at + width))) return width;
  }
  return 0;
}

/** Gives the bytes that a path has on disk and in an archive. */
export function encodePath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path, 'utf8');
  return Buffer.concat(Array.from(path, encodeCharacter));
}

function encodeCharacter(character: string): Buffer {
  const code = character.codePointAt(0) ?? 0;
  const isEscapedByte = code >= 0xdc80 && code <= 0xdcff;
  return isEscapedByte ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8');
}

/** Joins a folder and a relative path into what `node:fs` takes; a Buffer where the name is not UTF-8. */
export function toFilePath(folder: string, path: string): string | Buffer {
  if (path.isWellFormed()) return join(folder, path);
  return Buffer.concat([Buffer.from(`${folder}/`), encodePath(path)]);
}

/** Writes a name in quotes and on one line, whatever it contains: a name must not forge a log line. */
export function quotePath(path: string): string {
  return JSON.stringify(path.toWellFormed()).replaceAll('\u007f', '\\u007f');
}

/** Leaves an ordinary name as it is and quotes one that would break its log line. */
export function showPath(path: string): string {
  const breaksLine = Array.from(path).some(
    (character) => character < ' ' || character === '\u007f',
  );
  return breaksLine ? quotePath(path) : path.toWellFormed();
}

/** Orders paths as their bytes are ordered, which is how gitlab-runner sorts an archive. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates before U+E000; UTF-8 puts what they encode last. */
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Lists the folders above a path, the nearest last: `a/b/c` has `a` and `a/b`. */
export function parentPaths(path: string): string[] {
  const parents: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    parents.push(path.slice(0, at));
  }
  return parents;
}
