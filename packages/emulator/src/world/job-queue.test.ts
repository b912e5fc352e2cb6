import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobQueue } from './job-queue.ts';
import type { Job } from './job.ts';
import type { Project } from './project.ts';
import { Runner } from './runner.ts';
import { createDemand } from './runner-match.ts';

const project = { id: 1, sharedRunnersEnabled: true, runningOnInstanceRunners: 0 } as Project;

function aRunner(tags: string[]): Runner {
  return new Runner(
    {
      id: 1,
      type: 'instance_type',
      createdAt: 0,
      creator: undefined,
      group: undefined,
      registered: false,
    },
    {
      description: undefined,
      name: undefined,
      paused: false,
      locked: false,
      accessLevel: 'not_protected',
      runUntagged: true,
      tags,
      maximumTimeoutS: undefined,
      maintenanceNote: undefined,
    },
  );
}

function aJob(id: number, tags: string[]): Job {
  return { id, demand: createDemand(project, true, tags), queued: false } as unknown as Job;
}

test('jobs come out by id, whatever the order in which they came in or left', () => {
  const operation = fc.record({
    id: fc.integer({ min: 1, max: 60 }),
    tags: fc.subarray(['a', 'b']),
    leaves: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(operation, { selector: ({ id }) => id }), (operations) => {
      const queue = new JobQueue();
      const jobs = operations.map(({ id, tags }) => aJob(id, tags));
      for (const job of jobs) queue.add(job);
      for (const [at, { leaves }] of operations.entries())
        if (leaves) queue.remove(jobs[at] as Job);
      const runner = aRunner(['a']);
      const expected = operations
        .filter(({ tags, leaves }) => !leaves && !tags.includes('b'))
        .map(({ id }) => id)
        .toSorted((one, other) => one - other);
      expect(queue.sizeFor(runner)).toBe(expected.length);
      const taken: number[] = [];
      for (let job = queue.next(runner); job !== undefined; job = queue.next(runner)) {
        queue.remove(job);
        taken.push(job.id);
      }
      expect(taken).toEqual(expected);
    }),
  );
});

test('a job that is given back is found once', () => {
  const queue = new JobQueue();
  const job = aJob(1, []);
  queue.add(job);
  queue.remove(job);
  queue.add(job);
  expect(queue.sizeFor(aRunner([]))).toBe(1);
  queue.remove(job);
  expect(queue.next(aRunner([]))).toBeUndefined();
});
