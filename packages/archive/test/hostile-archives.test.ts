import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  isArchiveError,
  openZip,
  packZip,
  unpackZip,
  type ArchiveError,
  type ArchiveErrorCode,
  type UnpackOptions,
} from '../src/index.ts';
import { endOfArchive } from '../src/pack/zip-records.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { readTree, writeTree } from './tree.ts';
import { buildZip, extraField, folder, link, regular, type ZipPart } from './zip-builder.ts';

interface Place {
  readonly base: string;
  readonly file: string;
  readonly into: string;
}

/** A folder with files of others around the one to unpack into, in which there is something too. */
function setup(zip: Buffer): Place {
  const base = temporaryFolder();
  const into = join(base, 'project');
  writeTree(base, { 'outside/keep.txt': 'keep', 'project/present.txt': 'present' });
  const file = join(base, 'archive.zip');
  writeFileSync(file, zip);
  return { base, file, into };
}

async function refusalOf(attempt: Promise<unknown>): Promise<ArchiveError> {
  try {
    await attempt;
  } catch (error) {
    if (isArchiveError(error)) return error;
    throw error;
  }
  throw new Error('The archive was taken.');
}

async function expectRefused(
  zip: Buffer,
  code: ArchiveErrorCode,
  options: Partial<UnpackOptions> = {},
): Promise<void> {
  const { base, file, into } = setup(zip);
  const before = readTree(base);
  const error = await refusalOf(unpackZip({ file, into, ...options }));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^[^\n\r]+\.$/);
  expect(withoutTimes(readTree(base))).toEqual(withoutTimes(before));
}

/** A refused archive may touch a folder's time, by the staging folder that came and went. */
function withoutTimes(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).map(([path, what]) => [path, what.replace(/^(folder \d+) \d+$/, '$1')]),
  );
}

const good: ZipPart = { name: 'good.txt', data: 'good', mode: regular };
const evil = { data: 'evil', mode: regular };

describe('an archive is refused, and nothing of it is written,', () => {
  test.each([
    '../evil.txt',
    'a/../../evil.txt',
    '/tmp/evil.txt',
    '..\\evil.txt',
    'a\\..\\..\\evil.txt',
    '\\evil.txt',
    'C:\\evil.txt',
    'a\0.txt',
    '',
    'a\n/../..',
    'x'.repeat(300),
  ])('with an entry named %j', async (name) => {
    await expectRefused(buildZip([good, { name, ...evil }]), 'NAME_UNSAFE');
  });

  test.each([
    ['the same file twice', 'dup.txt', 'dup.txt'],
    ['the same path in two spellings', 'a/dup.txt', './a//dup.txt'],
    ['a file and a folder of one name', 'dup', 'dup/'],
  ])('with %s', async (_, first, second) => {
    const parts = [good, { name: first, mode: regular }, { name: second, mode: regular }];
    await expectRefused(buildZip(parts), 'NAME_DUPLICATE');
  });

  test('with a file below a file', async () => {
    await expectRefused(
      buildZip([
        { name: 'a', ...evil },
        { name: 'a/b', ...evil },
      ]),
      'PATH_CONFLICT',
    );
  });

  test.each(['../outside', '/tmp', '.', 'elsewhere'])(
    'with a file through its own link to %s',
    async (target) => {
      const parts = [
        { name: 'link', data: target, mode: link },
        { name: 'link/evil.txt', ...evil },
      ];
      await expectRefused(buildZip(parts), 'LINK_ESCAPE');
      await expectRefused(buildZip(parts.toReversed()), 'LINK_ESCAPE');
    },
  );

  test('with a file through a link that waits in the tree', async () => {
    const zip = buildZip([good, { name: 'link/sub/evil.txt', ...evil }]);
    const { base, file, into } = setup(zip);
    symlinkSync('../outside', join(into, 'link'));
    const before = readTree(base);
    const error = await refusalOf(unpackZip({ file, into }));
    expect(error.code).toBe('LINK_ESCAPE');
    expect(withoutTimes(readTree(base))).toEqual(withoutTimes(before));
  });

  test.each(['../outside', '/etc/passwd', 'a/../../outside', '.git/..', '..'])(
    'with a link to %s, where links to the outside are not wanted',
    async (target) => {
      const zip = buildZip([good, { name: 'l', data: target, mode: link }]);
      await expectRefused(zip, 'LINK_ESCAPE', { outsideLinks: 'refuse' });
    },
  );

  test('with a link to a name with a NUL', async () => {
    await expectRefused(buildZip([{ name: 'l', data: 'a\0b', mode: link }]), 'LINK_ESCAPE');
  });

  test.each([
    ['pipe', 0o010644],
    ['character device', 0o020644],
    ['block device', 0o060644],
    ['socket', 0o140644],
  ])('with a %s', async (_, mode) => {
    await expectRefused(buildZip([good, { name: 'special', mode }]), 'SPECIAL_FILE');
  });

  test('with a hard link', async () => {
    const target = Buffer.concat([Buffer.alloc(12), Buffer.from('/etc/passwd')]);
    const extra = extraField(0x000d, target);
    await expectRefused(buildZip([good, { name: 'hard', mode: regular, extra }]), 'HARD_LINK');
  });

  test.each([0x0001, 0x0041, 0x2000])('with an encrypted entry (flags %i)', async (flags) => {
    await expectRefused(buildZip([good, { name: 'secret', ...evil, flags }]), 'ENTRY_ENCRYPTED');
  });

  test('with an unknown compression', async () => {
    await expectRefused(buildZip([good, { name: 'a', ...evil, method: 14 }]), 'METHOD_UNSUPPORTED');
  });
});

describe('an archive that is a bomb is refused, and nothing of it is written,', () => {
  const zeros = deflateRawSync(Buffer.alloc(64 * 1024 ** 2));

  test('by what it claims: a gigabyte in a small file', async () => {
    const size = 1024 ** 3;
    const bomb = { name: 'zeros', packed: zeros, size, crc: 0, method: 8, mode: regular };
    await expectRefused(buildZip([bomb]), 'LIMIT_RATIO');
  });

  test('by what it does: more bytes than it claims', async () => {
    const bomb = { name: 'zeros', packed: zeros, size: 1000, crc: 0, method: 8, mode: regular };
    await expectRefused(buildZip([bomb]), 'DATA_CORRUPT');
    await expectRefused(buildZip([{ ...bomb, size: 2 * 1024 ** 2 }]), 'DATA_CORRUPT');
  });

  test('by the limits that are given', async () => {
    const zip = buildZip([good, { name: 'b', data: 'b' }, { name: 'c', data: 'c' }]);
    await expectRefused(zip, 'LIMIT_ENTRIES', { limits: { maxEntries: 2 } });
    await expectRefused(zip, 'LIMIT_BYTES', { limits: { maxBytes: 5 } });
    const { file, into } = setup(zip);
    const unpacked = unpackZip({ file, into, limits: { maxEntries: 3, maxBytes: 6 } });
    expect(await unpacked).toMatchObject({ files: 3, bytes: 6 });
  });

  test('by 100,000 entries, where fewer are allowed; otherwise they are only many', async () => {
    const many = Array.from({ length: 100_000 }, (_, n) => `${n}`);
    const entries = many.map((path) => ({ kind: 'file', path, content: '' }) as const);
    const zip = await buffer(packZip(entries, { level: 'fast' }));
    await expectRefused(zip, 'LIMIT_ENTRIES', { limits: { maxEntries: 50_000 } });
    await using archive = await openZip(setup(zip).file);
    expect(archive.entries).toHaveLength(100_000);
  });

  test('by more entries than any artifact has, before they are read', async () => {
    const count = 500_001;
    const directory = Buffer.alloc(count * 50);
    const zip = Buffer.concat([directory, endOfArchive(count, 0, directory.length)]);
    await expectRefused(zip, 'LIMIT_ENTRIES');
  });

  test('by entries that share their data', async () => {
    const one = { name: 'one', data: Buffer.alloc(1000), method: 8, mode: regular };
    await expectRefused(buildZip([one, { ...one, name: 'two', offset: 0 }]), 'ENTRIES_OVERLAP');
    const quoted = { ...one, packedSize: 2000, name: 'big' };
    await expectRefused(buildZip([quoted, { ...one, name: 'in' }]), 'ENTRIES_OVERLAP');
  });

  test('by a count of entries that no directory could hold', async () => {
    await expectRefused(buildZip([good], { count: 60_000 }), 'DIRECTORY_BROKEN');
  });
});

describe('a broken archive is refused, and nothing of it is written,', () => {
  const zip = buildZip([good, { name: 'b.txt', data: 'b'.repeat(5000), method: 8, mode: regular }]);

  test.each([
    ['an empty file', Buffer.alloc(0), 'NOT_A_ZIP'],
    ['text', Buffer.from('<html>not found</html>'), 'NOT_A_ZIP'],
    ['an archive cut short', zip.subarray(0, -10), 'NOT_A_ZIP'],
    ['an archive with bytes behind it', Buffer.concat([zip, Buffer.alloc(3)]), 'NOT_A_ZIP'],
    ['an archive with bytes in front', Buffer.concat([Buffer.alloc(3), zip]), 'DIRECTORY_BROKEN'],
  ] as const)('%s', async (_, bytes, code) => {
    await expectRefused(bytes, code);
  });

  test.each([
    ['too many entries', { count: 3 }],
    ['too few entries', { count: 1 }],
    ['a directory elsewhere', { directoryOffset: 3 }],
    ['a directory of another size', { directorySize: 40 }],
    ['a second part', { disk: 1 }],
  ])('that claims %s', async (_, lies) => {
    await expectRefused(buildZip([good, { name: 'b' }], lies), 'DIRECTORY_BROKEN');
  });

  test.each([
    ['name', { localName: 'evil.txt' }],
    ['compression', { localMethod: 8 }],
  ])('whose headers differ in the %s', async (_, lie) => {
    await expectRefused(buildZip([{ ...good, ...lie }]), 'DIRECTORY_BROKEN');
  });

  test.each([
    ['checksum', { crc: 1 }],
    ['length', { size: 6000, method: 8 }],
    ['stream', { packed: Buffer.from('no deflate stream'), method: 8 }],
    ['stream, cut short', { packed: deflateRawSync('x'.repeat(999)).subarray(0, 5), method: 8 }],
    ['Zstandard frame', { packed: Buffer.from('no frame'), method: 93 }],
  ])('with a wrong %s', async (_, lie) => {
    const part = { name: 'b', data: 'b'.repeat(5000), mode: regular, ...lie };
    await expectRefused(buildZip([good, part]), 'DATA_CORRUPT');
  });

  test.each([
    ['an entry beyond the archive', { offset: 4000 }],
    ['an entry of no place', { offset: 0xffffffff }],
    ['a folder with content', { name: 'x/', data: 'x' }],
    ['a link to nowhere', { mode: link, data: '' }],
    ['a link with the name of a folder', { name: 'x/', mode: link, data: 'y' }],
    ['a stored entry of two sizes', { data: 'x', size: 2 }],
  ])('with %s', async (_, lie) => {
    await expectRefused(buildZip([good, { name: 'x', mode: regular, ...lie }]), 'DIRECTORY_BROKEN');
  });

  test('or taken, but never fails in another way, whatever byte of it is wrong', async () => {
    const file = join(temporaryFolder(), 'archive.zip');
    const otherErrors: unknown[] = [];
    for (let at = 0; at < zip.length; at++) {
      const bytes = Buffer.from(zip);
      bytes.writeUInt8((bytes[at] ?? 0) ^ 0xff, at);
      writeFileSync(file, bytes);
      // Some bytes are not looked at, such as a time of day: then it is taken.
      await unpackZip({ file, into: join(temporaryFolder(), 'into') }).catch((error: unknown) => {
        if (!isArchiveError(error)) otherErrors.push(error);
      });
    }
    expect(otherErrors).toEqual([]);
  });
});

describe('openZip', () => {
  test('refuses the same archives before any entry is read', async () => {
    const { file } = setup(buildZip([good, { name: '../evil.txt', ...evil }]));
    expect((await refusalOf(openZip(file))).code).toBe('NAME_UNSAFE');
    expect((await refusalOf(openZip(`${file}.gone`))).code).toBe('FILE_UNREADABLE');
  });
});

describe('unpackZip', () => {
  test('does not touch a file that stands where a folder would have to be', async () => {
    const zip = buildZip([good, { name: 'present.txt/evil', ...evil }]);
    await expectRefused(zip, 'PATH_BLOCKED');
  });

  test('puts back what it had replaced when a later entry is blocked', async () => {
    const zip = buildZip([
      { name: 'present.txt', ...evil },
      { name: 'new/deep/file.txt', ...evil },
      { name: 'blocked', data: 'x', mode: link },
    ]);
    const { base, file, into } = setup(zip);
    mkdirSync(join(into, 'blocked'));
    const before = readTree(base);
    const error = await refusalOf(unpackZip({ file, into }));
    expect(error.code).toBe('PATH_BLOCKED');
    expect(withoutTimes(readTree(base))).toEqual(withoutTimes(before));
  });

  test('quotes a name so that it cannot forge a line of the log', async () => {
    const { file, into } = setup(buildZip([{ name: 'a\nERROR: Job failed\u001b[0m/..', ...evil }]));
    const error = await refusalOf(unpackZip({ file, into }));
    expect(error.message).toContain('"a\\nERROR: Job failed\\u001b[0m/.."');
  });

  test('takes a folder entry for the archive itself, and names with backslashes', async () => {
    const { file, into } = setup(
      buildZip([
        { name: './', mode: folder },
        { name: 'a\\b', ...evil },
      ]),
    );
    await unpackZip({ file, into });
    expect(Object.keys(readTree(into))).toEqual(['a\\b', 'present.txt']);
  });

  test('never makes a file set-user-ID', async () => {
    const { file, into } = setup(buildZip([{ name: 'sudo', data: 'x', mode: 0o104755 }]));
    await unpackZip({ file, into });
    expect(readTree(into)['sudo']).toMatch(/^file 755 /);
  });

  test('stops where its signal says so, and leaves nothing', async () => {
    const base = temporaryFolder();
    const file = join(base, 'a.zip');
    writeFileSync(file, buildZip([good]));
    const signal = AbortSignal.abort(new Error('canceled'));
    await expect(unpackZip({ file, into: join(base, 'into'), signal })).rejects.toThrow('canceled');
    expect(readTree(join(base, 'into'))).toEqual({});
  });
});
