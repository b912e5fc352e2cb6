import { expect, test } from 'vitest';
import { refusalText } from './wire-refusal.ts';

test.each([
  [{ message: '403 Forbidden - No access granted' }, '403 Forbidden - No access granted'],
  [{ error: 'token is missing' }, 'token is missing'],
  [
    { error: 'insufficient_scope', error_description: 'More is needed.', scope: 'api' },
    'insufficient_scope: More is needed.: one of these scopes is needed: api',
  ],
  [
    { message: { tags_list: ['can not be empty', 'is odd'], name: ['is too long'] } },
    'tags_list can not be empty, is odd; name is too long',
  ],
  [{ message: { error: 'Try again later.' } }, 'Try again later.'],
  ['Retry later\nor not', 'Retry later'],
])('reads %j as a sentence', (body, text) => {
  expect(refusalText(body)).toBe(text);
});

test.each([undefined, null, 7, '', '<html>', [], {}, { message: 7 }])(
  'finds no words in %j',
  (body) => {
    expect(refusalText(body)).toBeUndefined();
  },
);

test('cuts what is too long for a line', () => {
  expect(refusalText({ message: 'x'.repeat(1000) })).toHaveLength(301);
});
