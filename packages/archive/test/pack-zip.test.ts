import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import {
  decodePath,
  packZip,
  selectFiles,
  type CompressionLevel,
  type PackEntry,
  type PackNote,
} from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writeTree, type Tree } from './tree.ts';

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(80_000);

function file(path: string, content: Extract<PackEntry, { kind: 'file' }>['content']): PackEntry {
  return { kind: 'file', path, content };
}

/** Reads an archive with another reader than this package's own. */
async function readZip(zip: Buffer): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  const archive = await fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const isFolder = entry.fileName.endsWith('/');
    found[entry.fileName] = isFolder
      ? Buffer.alloc(0)
      : await buffer(await archive.openReadStreamPromise(entry));
  }
  return found;
}

async function selected(root: string, paths = ['.']): Promise<readonly PackEntry[]> {
  return (await selectFiles({ root, paths })).entries;
}

function project(tree: Tree): string {
  const root = join(temporaryFolder(), 'project');
  mkdirSync(root);
  writeTree(root, tree);
  return root;
}

describe('packZip', () => {
  test('packs files from disk, memory, streams and functions, small and large', async () => {
    const noise = randomBytes(3_000_000);
    const root = project({ 'disk/small': 'small', 'disk/large': text, 'disk/empty': '' });
    const zip = await buffer(
      packZip([
        ...(await selected(root)),
        file('bytes', noise),
        file('string', 'ünïcode'),
        file('stream', Readable.from([text, Buffer.from('end')])),
        file('function', () => Promise.resolve(Readable.from([noise]))),
        file('nothing', Readable.from([])),
      ]),
    );
    const found = await readZip(zip);
    expect(Object.keys(found)).toEqual([
      'disk/',
      'disk/empty',
      'disk/large',
      'disk/small',
      'bytes',
      'string',
      'stream',
      'function',
      'nothing',
    ]);
    expect(found['disk/large']?.equals(Buffer.from(text))).toBe(true);
    expect(found['bytes']?.equals(noise)).toBe(true);
    expect(found['string']?.toString()).toBe('ünïcode');
    expect(found['stream']?.toString()).toBe(`${text}end`);
    expect(found['function']?.equals(noise)).toBe(true);
    expect(found['nothing']).toHaveLength(0);
  });

  test.each<CompressionLevel>(['fastest', 'fast', 'default', 'slow', 'slowest'])(
    'packs at level %s what another reader reads',
    async (level) => {
      const entries = [
        file('text', text),
        file('mixed', Buffer.concat([randomBytes(2 ** 21), Buffer.from(text)])),
      ];
      const found = await readZip(await buffer(packZip(entries, { level })));
      expect(found['text']?.toString()).toBe(text);
      expect(found['mixed']).toHaveLength(2 ** 21 + text.length);
    },
  );

  test('packs smaller the slower it may be, and stores at the fastest', async () => {
    const words = Array.from({ length: 400_000 }, (_, index) => (index ** 2).toString(36)).join(
      ' ',
    );
    const sizeAt = async (level: CompressionLevel): Promise<number> =>
      (await buffer(packZip([file('words', words)], { level }))).length;
    const sizes = [await sizeAt('fastest'), await sizeAt('fast'), await sizeAt('slowest')];
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(words.length);
  });

  test('stores noise instead of making it longer', async () => {
    const zip = await buffer(packZip([file('noise', randomBytes(5_000_000))]));
    expect(zip.length).toBeLessThan(5_001_000);
  });

  test('gives the same bytes again, whatever the chunks of a stream', async () => {
    const root = project({ a: text, b: 'b', 'c/d': '' });
    const pack = async (chunk: number): Promise<Buffer> => {
      const data = Buffer.from(text);
      const chunks = Array.from({ length: Math.ceil(data.length / chunk) }, (_, index) =>
        data.subarray(index * chunk, (index + 1) * chunk),
      );
      return buffer(packZip([...(await selected(root)), file('stream', Readable.from(chunks))]));
    };
    expect((await pack(70_001)).equals(await pack(1_500_000))).toBe(true);
  });

  test('says of each entry what it is: mode, time, link, UTF-8', async () => {
    const root = project({ 'bin/rün': 'x', latest: { link: 'bin/rün' } });
    chmodSync(join(root, 'bin/rün'), 0o751);
    utimesSync(join(root, 'bin/rün'), 1_700_000_001, 1_700_000_001);
    const archive = await fromBufferPromise(await buffer(packZip(await selected(root))));
    const said: Record<string, readonly [mode: string, isUtf8: boolean, at: number]> = {};
    for await (const entry of archive.eachEntry()) {
      said[entry.fileName] = [
        (entry.externalFileAttributes >>> 16).toString(8),
        (entry.generalPurposeBitFlag & 0x800) !== 0,
        entry.getLastModDate().getTime(),
      ];
    }
    expect(said).toMatchObject({
      'bin/': ['40755', false, expect.any(Number)],
      'bin/rün': ['100751', true, 1_700_000_001_000],
      latest: ['120777', false, expect.any(Number)],
    });
  });

  test('writes a name that is not UTF-8 byte for byte, without the mark of UTF-8', async () => {
    const path = decodePath(Buffer.from([0x61, 0xff]));
    const zip = await buffer(packZip([file(path, 'x')]));
    expect(zip.readUInt16LE(6) & 0x800).toBe(0);
    expect(zip.subarray(30, 32)).toEqual(Buffer.from([0x61, 0xff]));
  });

  test('makes an archive of nothing that is one', async () => {
    expect(await readZip(await buffer(packZip([])))).toEqual({});
  });

  test('packs more entries than 16 bits can count', async () => {
    const names = Array.from({ length: 70_000 }, (_, index) => `${index}`);
    const zip = await buffer(packZip(names.map((name) => file(name, name))));
    const archive = await fromBufferPromise(zip);
    expect(archive.entryCount).toBe(70_000);
  });

  test('takes entries from a generator one at a time', async () => {
    let given = 0;
    async function* entries(): AsyncGenerator<PackEntry, void, undefined> {
      for (; given < 100; given++) yield file(`${given}`, randomBytes(1_200_000));
    }
    const stream = packZip(entries());
    await once(stream, 'readable');
    stream.destroy();
    await once(stream, 'close');
    expect(given).toBeLessThan(20);
  });
});

describe('packZip, while the project changes,', () => {
  interface Changed {
    readonly found: Record<string, Buffer>;
    readonly notes: readonly PackNote[];
  }

  async function packChanged(tree: Tree, change: (root: string) => void): Promise<Changed> {
    const root = project(tree);
    const entries = await selected(root);
    change(root);
    const notes: PackNote[] = [];
    const zip = await buffer(packZip(entries, { onNote: (note) => notes.push(note) }));
    return { found: await readZip(zip), notes };
  }

  test('leaves out a file that vanished, and says so', async () => {
    const { found, notes } = await packChanged({ a: 'a', b: 'b' }, (root) =>
      rmSync(join(root, 'a')),
    );
    expect(Object.keys(found)).toEqual(['b']);
    expect(notes).toEqual([{ kind: 'vanished', path: 'a' }]);
  });

  test.each([
    ['small', 'small'],
    ['large', text],
  ])('packs a %s file that grew or shrank as it is', async (_, content) => {
    const { found, notes } = await packChanged({ grown: content, shrunk: content }, (root) => {
      appendFileSync(join(root, 'grown'), 'more');
      truncateSync(join(root, 'shrunk'), 3);
    });
    expect(found['grown']?.toString()).toBe(`${content}more`);
    expect(found['shrunk']).toHaveLength(3);
    expect(notes.map(({ kind, path }) => `${path} ${kind}`).toSorted()).toEqual([
      'grown changed',
      'shrunk changed',
    ]);
  });

  test('does not follow a link that has taken the place of a file or a folder', async () => {
    const { found, notes } = await packChanged(
      { file: 'f', 'folder/inner': 'i', keep: 'k' },
      (root) => {
        const outside = join(root, '..', 'outside');
        writeTree(outside, { inner: 'secret' });
        rmSync(join(root, 'file'));
        symlinkSync(join(outside, 'inner'), join(root, 'file'));
        renameSync(join(root, 'folder'), join(root, 'moved'));
        symlinkSync(outside, join(root, 'folder'));
      },
    );
    expect(Object.keys(found)).toEqual(['folder/', 'keep']);
    expect(notes.map(({ kind }) => kind).toSorted()).toEqual(['moved-outside', 'vanished']);
  });

  test('does not wait for the writer of a pipe that has taken the place of a file', async () => {
    const { notes } = await packChanged({ file: 'f' }, (root) => {
      rmSync(join(root, 'file'));
      execFileSync('mkfifo', [join(root, 'file')]);
    });
    expect(notes).toEqual([{ kind: 'vanished', path: 'file' }]);
  });

  test('takes a file that was replaced by another of the project', async () => {
    const { found } = await packChanged({ file: 'old' }, (root) => {
      writeFileSync(join(root, 'new'), 'new');
      renameSync(join(root, 'new'), join(root, 'file'));
    });
    expect(found['file']?.toString()).toBe('new');
  });
});

describe('packZip, when something fails,', () => {
  test('ends with the error of the stream that it was given', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(100);
        throw new Error('the device is gone');
      })(),
    );
    await expect(buffer(packZip([file('a', 'a'), file('b', broken)]))).rejects.toThrow(
      'the device is gone',
    );
  });

  test('lets go of a source that is stuck when it is destroyed or aborted', async () => {
    const stuck = new Readable({ read: () => stuck.emit('asked') });
    const stream = packZip([file('stuck', stuck)]);
    stream.resume();
    await once(stuck, 'asked');
    stream.destroy();
    await once(stream, 'close');
    expect(stuck.destroyed).toBe(true);

    const abort = new AbortController();
    const other = new Readable({ read: () => abort.abort(new Error('canceled')) });
    const packing = buffer(packZip([file('stuck', other)], { signal: abort.signal }));
    await expect(packing).rejects.toThrow('aborted');
    expect(other.destroyed).toBe(true);
  });

  test('says which file was given twice', async () => {
    const packing = buffer(packZip([file('a', '1'), file('b', '2'), file('a', '3')]));
    await expect(packing).rejects.toMatchObject({
      code: 'NAME_DUPLICATE',
      message: 'Two files were given for "a".',
    });
  });

  test('never writes into the bytes that it was given', async () => {
    const given = Array.from({ length: 6 }, (_, index) => Buffer.alloc(2 ** 20, `${index}`));
    const entries = given.map((data, index) => file(`${index}`, Buffer.concat([data, data])));
    const views = given.map((data, index) => file(`view ${index}`, new Uint8Array(data)));
    const found = await readZip(
      await buffer(
        packZip([
          ...given.map((data, index) => file(`given ${index}`, data)),
          ...entries,
          ...views,
        ]),
      ),
    );
    for (const [index, data] of given.entries()) {
      expect(data.equals(Buffer.alloc(2 ** 20, `${index}`))).toBe(true);
      expect(found[`view ${index}`]?.equals(data)).toBe(true);
    }
  });
});

const unzip = spawnSync('unzip', ['-v']).status === 0;
const python = spawnSync('python3', ['-V']).status === 0;

describe('an archive of every kind of entry', () => {
  async function writeArchive(): Promise<string> {
    const root = project({
      'dir/ünïcode name': 'x',
      'dir/large': text,
      noise: randomBytes(2_500_000),
      empty: { folder: true },
      link: { link: 'dir/large' },
    });
    const zip = await buffer(
      packZip([...(await selected(root)), file('s', Readable.from([text]))]),
    );
    const path = join(temporaryFolder(), 'all.zip');
    writeFileSync(path, zip);
    return path;
  }

  test.runIf(unzip)('is without fault for Info-ZIP', async () => {
    const { status, stdout } = spawnSync('unzip', ['-t', await writeArchive()], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('No errors detected');
    expect(status).toBe(0);
  });

  test.runIf(python)('is without fault for Python', async () => {
    const script = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())';
    const { stdout } = spawnSync('python3', ['-c', script, await writeArchive()], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('None');
  });
});
