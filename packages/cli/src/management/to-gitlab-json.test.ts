import { Secret } from '@fellrunner/management';
import { expect, it } from 'vitest';

import { toGitLabJson } from './to-gitlab-json.ts';

it("has GitLab's names, and null for what GitLab does not say", () => {
  const createdAt = new Date('2026-05-01T12:00:00Z');
  const runner = {
    id: 7,
    type: 'group_type',
    createdAt,
    ipAddress: undefined,
    tags: ['a'],
    maximumTimeoutS: 600,
    projects: [{ id: 1, fullPath: 'g/p', webUrl: undefined }],
    token: new Secret('glrt-x'),
  };
  expect(toGitLabJson(runner)).toEqual({
    id: 7,
    runner_type: 'group_type',
    created_at: createdAt,
    ip_address: null,
    tag_list: ['a'],
    maximum_timeout: 600,
    projects: [{ id: 1, path_with_namespace: 'g/p', web_url: null }],
    token: 'glrt-x',
  });
});
