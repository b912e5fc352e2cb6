import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineTimestamper, type LogStream } from './timestamp-lines.ts';

const job: LogStream = { number: 1, type: 'O' };
const jobErrors: LogStream = { number: 1, type: 'E' };

/** A clock that is one hour later each time it is read. */
function setup() {
  let now = Date.parse('2021-01-01T00:00:00.020Z') + 0.01;
  const timestamper = new LineTimestamper(() => (now += 3_600_000));
  const write = (text: string, stream = job) =>
    Buffer.from(timestamper.write(Buffer.from(text), stream)).toString();
  const end = (stream = job) => Buffer.from(timestamper.endStream(stream)).toString();
  return { timestamper, write, end };
}

describe('a header', () => {
  test('has the official form: time to the microsecond, stream, kind, blank', () => {
    const { write } = setup();
    expect(write('hello\n', { number: 255, type: 'E' })).toBe(
      '2021-01-01T01:00:00.020010Z ffE hello\n',
    );
  });

  test('stands before each line, also an empty one, and not after the last newline', () => {
    const { write } = setup();
    const header = '2021-01-01T01:00:00.020010Z 01O ';
    expect(write('a\n\nb\n')).toBe(`${header}a\n${header}\n${header}b\n`);
  });

  test('has the time at which its line began, and the rest of the line follows at once', () => {
    const { write } = setup();
    expect(write('wait')).toBe('2021-01-01T01:00:00.020010Z 01O wait');
    expect(write('ing ... ')).toBe('ing ... ');
    expect(write('done\nnext')).toBe('done\n2021-01-01T03:00:00.020010Z 01O next');
  });

  test('is put around bytes that are no text without changing them', () => {
    const { timestamper } = setup();
    const bytes = Uint8Array.of(0xff, 0x0a, 0xc3);
    const output = Buffer.from(timestamper.write(bytes, job));
    expect(output.toString('latin1')).toBe(
      '2021-01-01T01:00:00.020010Z 01O \u00ff\n2021-01-01T01:00:00.020010Z 01O \u00c3',
    );
  });
});

describe('two streams', () => {
  test('break each other off, and go on with the append flag', () => {
    const { write, timestamper } = setup();
    expect(write('out ')).toBe('2021-01-01T01:00:00.020010Z 01O out ');
    expect(write('err\n', jobErrors)).toBe('\n2021-01-01T02:00:00.020010Z 01E err\n');
    expect(timestamper.isWithinLine).toBe(true);
    expect(write('put\nnext\n')).toBe(
      '2021-01-01T03:00:00.020010Z 01O+put\n2021-01-01T03:00:00.020010Z 01O next\n',
    );
  });

  test('do not touch each other between lines', () => {
    const { write } = setup();
    expect(write('out\n')).toContain('01O out\n');
    expect(write('err\n', jobErrors)).toBe('2021-01-01T02:00:00.020010Z 01E err\n');
  });
});

describe('the end of a stream', () => {
  test('ends its line', () => {
    const { write, end, timestamper } = setup();
    write('no newline');
    expect(timestamper.isWithinLine).toBe(true);
    expect(end()).toBe('\n');
    expect(end()).toBe('');
    expect(timestamper.isWithinLine).toBe(false);
  });
});

test('the output, times apart, is the same at any cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r'), maxLength: 40 });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (input, pieces) => {
        const { write, end } = setup();
        let output = '';
        for (let from = 0, i = 0; from < input.length; i++) {
          const length = pieces[i % pieces.length]!;
          output += write(input.slice(from, from + length));
          from += length;
        }
        output += end();
        const lines = input.replace(/\n$/, '').split('\n');
        const expected = input === '' ? '' : lines.map((line) => `01O ${line}\n`).join('');
        expect(output.replace(/2021\S+Z /g, '')).toBe(expected);
      },
    ),
  );
});
