import { aJob } from '@fellrunner/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { JobTraceFilters } from '../worker/job-trace-filter.ts';
import { SessionLog, type MaskingState } from './session-log.ts';

const variables = {
  WORD: { value: 'open-sesame', masked: true },
  SHORT: { value: 'aba', masked: true },
};
const BEGIN: MaskingState = { settledBytes: 0, raw: new Uint8Array(), passedBytes: 0 };

/** Text in which secrets, and beginnings of them, are likely. */
const text = fc
  .array(
    fc.constantFrom('open-', 'sesame', 'aba', 'ab', 'a', ' ', '\n', 'ä', '?token=', 'glpat-'),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

/** Writes the pieces, each in a session of its own that goes on where the one before left off. */
async function mask(pieces: readonly Uint8Array[], more: Record<string, string> = {}) {
  const output: Uint8Array[] = [];
  const job = aJob({ variables: { ...variables, ...more } });
  const open = (state: MaskingState): SessionLog =>
    new SessionLog({
      filters: new JobTraceFilters(job, 40),
      marksSections: true,
      state,
      onOutput: (masked) => output.push(masked),
    });
  let log = open(BEGIN);
  for (const piece of pieces) {
    await log.write(piece);
    log = open(log.state);
  }
  log.end();
  return Buffer.concat(output).toString();
}

test('a log masks alike however it is cut into pieces and sessions', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(100)), async (whole, cuts) => {
      const bytes = Buffer.from(whole);
      const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length];
      const pieces = ends
        .toSorted((a, b) => a - b)
        .map((end, n, all) => bytes.subarray(all[n - 1] ?? 0, end));
      expect(await mask(pieces)).toBe(await mask([bytes]));
    }),
    { numRuns: 500 },
  );
});

test('a line that goes on in another session has one time stamp', async () => {
  const pieces = ['one ', 'line\n', 'two\n'].map((piece) => Buffer.from(piece));
  const masked = await mask(pieces, { FF_TIMESTAMPS: 'true' });
  expect(masked.replaceAll(/\d{4}-[\d:.TZ-]+/g, 'TIME')).toMatch(/^TIME 01O one line\n/);
});
