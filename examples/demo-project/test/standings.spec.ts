import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { parseDuration } from '../src/duration.ts';
import { parseRace } from '../src/race.ts';
import { rank, toTable } from '../src/standings.ts';

const threePeaks = rank(parseRace(readFileSync('data/three-peaks.csv', 'utf8')));

describe('the standings of a race', () => {
  it('put the fastest first', () => {
    assert.equal(threePeaks[0]?.name, 'Björn Ås');
  });

  it('give the same place to the same time, and count on behind it', () => {
    assert.deepEqual(
      threePeaks.map(({ place }) => place),
      [1, 2, 3, 3, 5, undefined],
    );
  });

  it('name those who retired last, without a place', () => {
    assert.match(toTable(threePeaks), /\| – \| Chloé Dunn \| Keswick \| retired \|\n$/);
  });

  it('refuse what is no time', () => {
    assert.throws(() => parseDuration('3:72:00'), /3:72:00 is no time/);
  });
});
