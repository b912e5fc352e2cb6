import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryOf, MalformedForm, readMultipart, type Part } from './multipart.ts';

interface Received extends Part {
  readonly content: string;
  readonly ended: boolean;
}

async function read(
  form: string,
  cuts: readonly number[] = [],
  boundary = 'b',
): Promise<Received[]> {
  const bytes = Buffer.from(form, 'latin1');
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b)];
  const pieces = at.map((from, index) => bytes.subarray(from, at[index + 1]));
  const parts: { part: Part; chunks: Buffer[]; ended: boolean }[] = [];
  await readMultipart(ReadableStream.from(pieces), boundary, (part) => {
    const received = { part, chunks: [] as Buffer[], ended: false };
    parts.push(received);
    return {
      write: (chunk) => void received.chunks.push(Buffer.from(chunk)),
      end: () => {
        received.ended = true;
      },
    };
  });
  return parts.map(({ part, chunks, ended }) => ({
    ...part,
    content: Buffer.concat(chunks).toString('latin1'),
    ended,
  }));
}

const file = 'Content-Disposition: form-data; name="file"; filename="a \\"b\\".zip"\r\nX: y';
const field = 'content-disposition: form-data; name=key';

describe('readMultipart', () => {
  test('gives files and fields in their order', async () => {
    const form = `--b\r\n${field}\r\n\r\nvalue\r\n--b\r\n${file}\r\n\r\nzip\r\n--b--\r\n`;
    expect(await read(form)).toEqual([
      { name: 'key', filename: undefined, content: 'value', ended: true },
      { name: 'file', filename: 'a "b".zip', content: 'zip', ended: true },
    ]);
  });

  test('passes over what stands before the first boundary and after the last', async () => {
    const form = `preamble\r\n--b\r\n${field}\r\n\r\n\r\n--b--epilogue`;
    expect(await read(form)).toMatchObject([{ name: 'key', content: '' }]);
  });

  test('gives the same however the bytes are cut', async () => {
    const tricky = fc.array(fc.constantFrom('\r', '\n', '-', 'b', '\r\n--', '\r\n-', 'x'), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(tricky, fc.array(fc.nat(), { maxLength: 20 }), async (bits, cuts) => {
        const content = bits.join('');
        fc.pre(!content.includes('\r\n--b'));
        const form = `--b\r\n${file}\r\n\r\n${content}\r\n--b\r\n${field}\r\n\r\nv\r\n--b--`;
        const parts = await read(form, cuts);
        expect(parts.map((part) => part.content)).toEqual([content, 'v']);
      }),
    );
  });

  test.each([
    ['', 'no boundary at all'],
    [`--b\r\n${file}\r\n\r\nzip`, 'no last boundary'],
    [`--b\r\n${file}`, 'an end within the headers'],
    ['--b\r\nX: y\r\n\r\nzip\r\n--b--', 'a part without a name'],
    [`--b\r\n${'x'.repeat(20_000)}`, 'headers without end'],
  ])('refuses a form with %#: %s', async (form) => {
    await expect(read(form)).rejects.toThrow(MalformedForm);
  });
});

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data; charset=x; boundary="a b"', 'a b'],
  ['multipart/form-data', undefined],
  ['text/plain; boundary=abc', undefined],
])('the boundary of %j is %j', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary);
});
