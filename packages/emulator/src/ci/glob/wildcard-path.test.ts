import { expect, test } from 'vitest';

import { findByWildcard } from './wildcard-path.ts';

const files = ['ci/b.yml', 'ci/a.yml', 'ci/x/c.yml', 'ci/x.y/d.yaml', 'a.yml', 'ci/a+b.yml'];

test.each([
  ['ci/*.yml', ['ci/a+b.yml', 'ci/a.yml', 'ci/b.yml']],
  ['ci/**.yml', ['ci/a+b.yml', 'ci/a.yml', 'ci/b.yml', 'ci/x/c.yml']],
  ['ci/**/*.yml', ['ci/a+b.yml', 'ci/a.yml', 'ci/b.yml', 'ci/x/c.yml']],
  ['**/*.yaml', ['ci/x.y/d.yaml']],
  ['*.yml', ['a.yml']],
  ['ci/a+b.yml', ['ci/a+b.yml']],
  ['ci/[a].yml', []],
])('%s names the files that GitLab would include, in order', (pattern, found) => {
  expect(findByWildcard(pattern, files)).toEqual(found);
});
