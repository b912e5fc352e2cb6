import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutputLimit } from './limit-output.ts';
import { runInPieces, runWhole } from './testing/run-in-pieces.ts';
import { LineTimestamper } from './timestamp-lines.ts';
import { createMaskRules, createTraceFilter, TRACE_FILTER_VERSION } from './trace-filter.ts';

const rules = createMaskRules({
  secrets: ['hunter2hunter2', 'abcabcabd', 'pä'],
  tokenPrefixes: ['corp-'],
});
const filter = () => createTraceFilter({ rules });
const stream = { number: 1, type: 'O' } as const;
const midnight = () => Date.parse('2026-01-02T00:00:00Z');

function run(text: string): string {
  return runWhole(filter(), Buffer.from(text)).toString();
}

describe('the whole filter', () => {
  test('masks variables, URL parameters and tokens in one go', () => {
    expect(run('hunter2hunter2 /?private_token=abc glpat-abc corp-abc')).toBe(
      '[MASKED] /?private_token=[MASKED] glpat-[MASKED] corp-[MASKED]',
    );
  });

  test('leaves what is masked masked where two rules meet', () => {
    expect(run('?rss_token=hunter2hunter2&a glpat-hunter2hunter2')).toBe(
      '?rss_token=[MASKED]&a glpat-[MASKED]',
    );
  });

  test('makes the text valid UTF-8', () => {
    const text = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
    expect(runWhole(filter(), text).toString()).toBe('a\ufffdb');
  });

  test('stamps lines after masking them', () => {
    const timestamper = new LineTimestamper(midnight);
    const stamped = createTraceFilter({ rules, timestamps: { timestamper, stream } });
    expect(runWhole(stamped, Buffer.from('a\nhunter2hunter2')).toString()).toBe(
      '2026-01-02T00:00:00.000000Z 01O a\n2026-01-02T00:00:00.000000Z 01O [MASKED]\n',
    );
  });

  test('holds on while a stamped line is open, since a new filter would stamp its rest', () => {
    const timestamper = new LineTimestamper(midnight);
    const stamped = createTraceFilter({ rules, timestamps: { timestamper, stream } });
    stamped.write(Buffer.from('working ... '));
    expect(stamped.heldBytes).toBeGreaterThan(0);
    stamped.write(Buffer.from('done\n'));
    expect(stamped.heldBytes).toBe(0);
  });

  test('ends at the limit, which all streams of a job share', () => {
    const limit = new OutputLimit({ limitBytes: 12 });
    const first = createTraceFilter({ rules, limit });
    const second = createTraceFilter({ rules, limit });
    expect(Buffer.from(first.write(Buffer.from('first\n'))).toString()).toBe('first\n');
    expect(Buffer.from(second.write(Buffer.from('second\n'))).toString()).toMatch(
      /^second\n.{7}Job's log exceeded limit of 12 bytes/,
    );
    expect(first.write(Buffer.from('more'))).toHaveLength(0);
    expect(first.heldBytes).toBe(0);
  });

  test('tells the version of its behaviour', () => {
    expect(filter().version).toBe(TRACE_FILTER_VERSION);
  });
});

const fragments = fc
  .array(
    fc.oneof(
      fc.constantFrom('hunter2hunter2', 'hunter2', 'abcabc', 'abcabcabd', 'pä', 'p', ' ', '\n'),
      fc.constantFrom(
        '?private_token=',
        '&rss_',
        'token=',
        '=',
        'glpat-',
        'gl',
        'corp-x',
        'é',
        '🐤',
      ),
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string))));
const pieces = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 });

describe('for any text', () => {
  test('any way of cutting gives the same output', () => {
    fc.assert(
      fc.property(fragments, pieces, (text, lengths) => {
        const whole = runWhole(filter(), text);
        expect(runInPieces(filter(), text, lengths).toString('hex')).toBe(whole.toString('hex'));
      }),
      { numRuns: 2000 },
    );
  });

  test('a new filter can take over wherever the old one holds nothing back', () => {
    fc.assert(
      fc.property(fragments, (text) => {
        const whole = runWhole(filter(), text).toString('hex');
        const old = filter();
        let before = '';
        for (let at = 0; at < text.length; at++) {
          before += Buffer.from(old.write(text.subarray(at, at + 1))).toString('hex');
          if (old.heldBytes > 0) continue;
          const after = runWhole(filter(), text.subarray(at + 1)).toString('hex');
          expect(before + after).toBe(whole);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('text with nothing to mask passes without a copy', () => {
  const chunk = Buffer.from('a line that has nothing to hide\n');
  const output = filter().write(chunk);
  expect(output.buffer).toBe(chunk.buffer);
  expect(output.byteOffset).toBe(chunk.byteOffset);
});
