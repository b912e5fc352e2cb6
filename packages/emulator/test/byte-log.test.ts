import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { ByteLog } from '../src/storage/byte-log.ts';
import { Spool } from '../src/storage/spool.ts';
import { TempFolder } from '../src/storage/temp-folder.ts';

function withSpool(work: (spool: Spool) => void): void {
  const folder = new TempFolder();
  const spool = new Spool(folder);
  try {
    work(spool);
  } finally {
    spool.close();
    folder.remove();
  }
}

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 90 });

test('bytes come back in order, with their checksum, however much memory they may take', () => {
  withSpool((spool) => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 60 }), (pieces, limit) => {
        const log = new ByteLog(spool, limit);
        for (const [at, piece] of pieces.entries()) {
          log.append(Buffer.from(piece));
          if (at % 7 === 0) log.crc32();
        }
        const expected = Buffer.concat(pieces);
        expect(log.size).toBe(expected.length);
        expect(log.bytes().equals(expected)).toBe(true);
        expect(log.crc32()).toBe(crc32(expected));
        expect(log.memorySize).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

test('a log takes over another one, in memory or on disk', () => {
  withSpool((spool) => {
    fc.assert(
      fc.property(
        chunks,
        chunks,
        fc.nat({ max: 60 }),
        fc.nat({ max: 60 }),
        (first, second, one, two) => {
          const log = new ByteLog(spool, one);
          const other = new ByteLog(spool, two);
          for (const piece of first) log.append(Buffer.from(piece));
          for (const piece of second) other.append(Buffer.from(piece));
          log.appendAll(other);
          expect(log.bytes().equals(Buffer.concat([...first, ...second]))).toBe(true);
        },
      ),
    );
  });
});

test('a text is overwritten where it stands, also across chunks', () => {
  withSpool((spool) => {
    const log = new ByteLog(spool, 1000);
    for (const piece of ['a sec', 'ret b', ' secret']) log.append(Buffer.from(piece));
    log.replace('secret', 'xxxxxx');
    expect(log.bytes().toString()).toBe('a xxxxxx b xxxxxx');
  });
});
