import type { Theme } from '../scenario.ts';

const NO_EMPTY_CACHE =
  'Before 19 a cache of nothing is written; newer versions, and this, say "No files to cache".';

const make = 'mkdir -p vendor && echo one >vendor/a && echo two >vendor/b.txt';
const look = 'ls -A vendor 2>/dev/null || echo none';
const cache = { key: 'k', paths: ['vendor/'] };

export const caches: Theme = {
  name: 'Caches',
  scenarios: [
    {
      title: 'what one job caches, the next one has',
      jobs: [
        { cache, script: [make] },
        { cache, script: [look, 'cat vendor/a'] },
      ],
    },
    {
      title: 'a key with variables and slashes',
      jobs: [
        { cache: { key: '$CI_COMMIT_REF_SLUG/$CI_JOB_NAME', paths: ['vendor/'] }, script: [make] },
      ],
    },
    {
      title: 'no key',
      jobs: [{ cache: { paths: ['vendor/'] }, script: [make] }],
    },
    {
      title: 'fallback keys',
      jobs: [
        { cache: { key: 'main', paths: ['vendor/'] }, script: [make] },
        {
          cache: { key: 'branch', paths: ['vendor/'], fallback_keys: ['none', 'main'] },
          script: [look],
        },
      ],
    },
    {
      title: 'CACHE_FALLBACK_KEY',
      jobs: [
        { cache: { key: 'main', paths: ['vendor/'] }, protected: false, script: [make] },
        {
          protected: false,
          cache: { key: 'branch', paths: ['vendor/'] },
          variables: { CACHE_FALLBACK_KEY: 'main-non_protected' },
          script: [look],
        },
      ],
    },
    {
      title: 'policy pull writes nothing',
      jobs: [{ cache: { ...cache, policy: 'pull' }, script: [look, make] }],
    },
    {
      title: 'policy push reads nothing',
      jobs: [
        { cache, script: [make] },
        { cache: { ...cache, policy: 'push' }, script: [look] },
      ],
      differs: { in: ['log'], why: NO_EMPTY_CACHE },
    },
    {
      title: 'when on_failure',
      jobs: [
        { cache: { ...cache, when: 'on_failure' }, script: [make] },
        { cache: { ...cache, key: 'f', when: 'on_failure' }, script: [make, 'false'] },
      ],
    },
    {
      title: 'a failed job caches nothing by default',
      jobs: [{ cache, script: [make, 'exit 3'] }],
    },
    {
      title: 'when always',
      jobs: [{ cache: { ...cache, when: 'always' }, script: [make, 'exit 3'] }],
    },
    {
      title: 'untracked files',
      jobs: [
        { cache: { key: 'u', untracked: true }, script: [make, 'touch .hidden'] },
        { cache: { key: 'u', untracked: true }, script: ['ls -A'] },
      ],
    },
    {
      title: 'a path that is not there is a warning',
      jobs: [{ cache: { key: 'k', paths: ['vendor/', 'nowhere/'] }, script: [make] }],
    },
    {
      title: 'nothing to cache at all',
      jobs: [{ cache: { key: 'k', paths: ['nowhere/'] }, script: ['true'] }],
      differs: { in: ['cache', 'log'], why: NO_EMPTY_CACHE },
    },
    {
      title: 'a cache that has not changed is not packed again',
      jobs: [
        { cache, script: [make] },
        { cache, script: ['true'] },
      ],
    },
    {
      title: 'two caches',
      jobs: [
        {
          cache: [
            { key: 'a', paths: ['vendor/a'] },
            { key: 'b', paths: ['vendor/b.txt'] },
          ],
          script: [make],
        },
        {
          cache: [
            { key: 'a', paths: ['vendor/a'] },
            { key: 'b', paths: ['vendor/b.txt'] },
          ],
          script: [look],
        },
      ],
    },
    {
      title: 'a key that would lead out of the cache folder',
      jobs: [{ cache: { key: '../../x', paths: ['vendor/'] }, script: [make] }],
      differs: {
        in: ['cache', 'log'],
        why: '15.4 writes where the key leads; newer versions, and this, keep it within the folder.',
      },
    },
    {
      title: 'an archive that is broken is passed over',
      jobs: [
        { cache, script: [make] },
        {
          cache: [],
          script: [
            'find ../../../../../cache -name cache.zip | while read f; do echo broken >"$f"; done',
          ],
        },
        { cache: { ...cache, policy: 'pull' }, script: [look] },
      ],
      differs: { in: ['log'], why: 'The unpacker has other words for it.' },
    },
  ],
};
