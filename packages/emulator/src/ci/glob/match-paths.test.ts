import { describe, expect, test } from 'vitest';

import { anyChanged, anyExists } from './match-paths.ts';

const many = Array.from({ length: 50_001 }, (_, at) => `src/${at}.ts`);

describe('rules:changes', () => {
  test('hold beyond as many comparisons as GitLab makes', () => {
    expect(anyChanged(['*.md'], many)).toBe(true);
    expect(anyChanged(['*.md'], many.slice(1))).toBe(false);
    expect(anyChanged(['*.md', '*.md'], many.slice(1))).toBe(false);
  });
});

describe('rules:exists', () => {
  test('hold beyond as many comparisons as GitLab makes', () => {
    expect(anyExists(['docs/*.md'], many)).toBe(true);
    expect(anyExists(['docs/*.md'], many.slice(1))).toBe(false);
  });

  test('do not count plain paths, folders and endings towards them', () => {
    expect(anyExists(['README.md', 'docs/', '**/*.md'], many)).toBe(false);
    expect(anyExists(['src/7.ts'], many)).toBe(true);
    expect(anyExists(['src/'], many)).toBe(true);
    expect(anyExists(['**/*.ts'], many)).toBe(true);
  });

  test('hold for nothing where they name nothing', () => {
    expect(anyExists([], many)).toBe(false);
    expect(anyExists(['sr', 'src/7', 'rc/7.ts'], many)).toBe(false);
  });
});
