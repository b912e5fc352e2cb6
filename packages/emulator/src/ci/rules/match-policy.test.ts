import { describe, expect, test } from 'vitest';

import { jobNames } from '../testing/compile-text.ts';
import type { Given } from '../testing/compile-text.ts';

function runs(keywords: string, given: Given): boolean {
  const text = `always: {script: [x], rules: [{when: always}]}\njob: {script: [x]${keywords}}\n`;
  return jobNames(text, given).includes('job');
}

const main: Given = { ref: 'main', variables: { CI_PROJECT_PATH: 'g/p' } };
const tag: Given = { ref: 'v1.0', tag: true, variables: {} };
const review: Given = { ref: 'x', variables: { CI_PIPELINE_SOURCE: 'merge_request_event' } };
const schedule: Given = { ref: 'main', variables: { CI_PIPELINE_SOURCE: 'schedule', A: 'yes' } };

describe('a job without rules', () => {
  test.each([
    ['', [true, true, false, true]],
    [', only: [main]', [true, false, false, true]],
    [', only: [branches]', [true, false, false, true]],
    [', only: [tags]', [false, true, false, false]],
    [', only: [merge_requests]', [false, false, true, false]],
    [', only: [merge_requests, tags]', [false, true, true, false]],
    [', only: [pushes]', [true, true, false, false]],
    [', only: [schedules]', [false, false, false, true]],
    [', only: [/^ma/]', [true, false, false, true]],
    [', only: ["/^MA/i"]', [true, false, false, true]],
    [', only: ["/^v\\\\d/"]', [false, true, false, false]],
    [', only: ["main@g/p"]', [true, false, false, false]],
    [', only: ["branches@other/p"]', [false, false, false, false]],
    [', only: {refs: [main]}', [true, false, false, true]],
    [', only: {variables: [$A == "yes"]}', [false, false, false, true]],
    [', only: {variables: [$B, $A]}', [false, false, false, true]],
    [', only: {refs: [schedules], variables: [$A == "no"]}', [false, false, false, false]],
    [', only: {kubernetes: active}', [false, false, false, false]],
    [', except: [main]', [false, true, false, false]],
    [', except: [tags]', [true, false, false, true]],
    [', except: {variables: [$A]}', [true, true, false, false]],
    [', except: {refs: [tags], variables: [$A]}', [true, false, false, false]],
    [', only: [branches], except: [/^ma/]', [false, false, false, false]],
    [', except: {kubernetes: active}', [true, true, false, true]],
  ])(
    'with `%s` runs for a branch, a tag, a merge request, a schedule: %j',
    (keywords, expected) => {
      expect([main, tag, review, schedule].map((given) => runs(keywords, given))).toEqual(expected);
    },
  );

  test('with changes runs where they hold, and where nothing can be compared', () => {
    const keywords = ', only: {changes: ["docs/**/*"]}';
    expect(runs(keywords, { changedFiles: ['docs/a/b.md'] })).toBe(true);
    expect(runs(keywords, { changedFiles: ['src/a'] })).toBe(false);
    expect(runs(keywords, {})).toBe(true);
    expect(runs(', except: {changes: ["*.md"]}', { changedFiles: ['a.md'] })).toBe(false);
  });
});
