import type { JobKey, StoredEvent } from '@fellrunner/core';
import { describe, expect, it } from 'vitest';

import { describeEvent, withoutOptions } from './event-text.ts';

const RECEIVED: StoredEvent = {
  type: 'job.received',
  at: 0,
  jobKey: 1 as JobKey,
  position: 0,
  schemaVersion: 1,
  data: {
    gitlabId: 42,
    url: 'https://gitlab.example.com',
    runner: 'one',
    name: 'build',
    stage: 'test',
    project: 'group/project',
    timeoutMs: 3_600_000,
    slot: 0,
    steps: [],
    artifacts: [],
    executor: {
      module: 'file:///shell.js',
      options: { environment: ['API_KEY=confidential'], buildsDir: '/srv/builds' },
      name: 'shell',
      isolation: 'shared',
      resumable: true,
      cleans: true,
      preparation: [],
      conclusion: [],
    },
  },
};

describe('an event that is shown', () => {
  it('has none of the values that an executor is configured with', () => {
    const shown = JSON.stringify(withoutOptions(RECEIVED));
    expect(shown).not.toContain('confidential');
    expect(shown).toContain('"environment":"[MASKED]"');
    expect(shown).toContain('"gitlabId":42');
  });

  it('is told in a few words', () => {
    expect(describeEvent(RECEIVED, [])).toBe('build of group/project, by one (shell)');
  });
});
