import { expect, test } from 'vitest';

import { ansi } from './ansi.ts';
import { sectionEnd, sectionStart } from './section-marker.ts';

const at = Date.UTC(2026, 0, 1);

test('a section begins and ends with what GitLab folds by', () => {
  expect(sectionStart('flash', { at })).toBe('section_start:1767225600:flash\r\x1b[0K');
  expect(sectionStart('flash', { at, collapsed: true })).toBe(
    'section_start:1767225600:flash[collapsed=true]\r\x1b[0K',
  );
  expect(sectionEnd('flash', { at })).toBe('section_end:1767225600:flash\r\x1b[0K');
});

test('a section’s name has only characters that GitLab takes, and the same at both ends', () => {
  expect(sectionStart('flash [x]:\r2', { at })).toContain(':flash__x___2\r');
  expect(sectionEnd('flash [x]:\r2', { at })).toContain(':flash__x___2\r');
});

test('every colour is one escape sequence', () => {
  for (const sequence of Object.values(ansi)) expect(sequence).toMatch(/^\x1b\[[\d;]*[mK]$/);
});
