import { createReadStream } from 'node:fs';
import type { Call } from './call.ts';
import { bytes, json, type Reply } from './reply.ts';

export interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly filename: string;
}

/** A file to be saved, or the part of it that a single `Range` asks for. */
export function sendFile(call: Call, file: StoredFile): Reply {
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': dispositionOf(file.filename),
    'Content-Transfer-Encoding': 'binary',
    'Accept-Ranges': 'bytes',
  };
  const range = rangeOf(call.header('range'), file.size);
  if (range === 'unsatisfiable') {
    return json(
      416,
      { message: '416 Range Not Satisfiable' },
      { 'Content-Range': `bytes */${file.size}` },
    );
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  const length = { 'Content-Length': String(end - start) };
  const body =
    end === start ? Buffer.alloc(0) : createReadStream(file.path, { start, end: end - 1 });
  if (range === undefined) return bytes(200, body, { ...headers, ...length });
  const contentRange = { 'Content-Range': `bytes ${start}-${end - 1}/${file.size}` };
  return bytes(206, body, { ...headers, ...length, ...contentRange });
}

/** As Rails words it: the name once in ASCII, with `?` for what is not, and once in full. */
function dispositionOf(filename: string): string {
  const ascii = filename
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '?')
    .replaceAll(/[^ A-Za-z0-9!#$+.^_`|~-]/g, encodeURIComponent);
  const full = filename.replaceAll(/[^A-Za-z0-9!#$&+.^_`|~-]/gu, encodeURIComponent);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}

type Range = { readonly start: number; readonly end: number };

function rangeOf(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : 'unsatisfiable';
}
