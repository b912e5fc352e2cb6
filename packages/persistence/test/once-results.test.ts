import { aLog, fact, stamped } from '@fellrunner/testkit';
import { expect, test } from 'vitest';

import { connect } from '../src/connection.ts';
import { openStore } from '../src/index.ts';
import { openStoreBy } from '../src/open-store.ts';

test('thousands of results of one job come back in their order', async () => {
  await using store = openStore(':memory:');
  const jobKey = await store.receive('{}', aLog({}, fact.stepBegins(0)));
  const keys = Array.from({ length: 5_000 }, (_, index) => `once-${index}`);
  await Promise.all(
    keys.map((key, index) =>
      store.append(jobKey, index + 2, stamped([fact.once(0, key, index)], index + 2), {
        onceResult: { kind: 'json', text: JSON.stringify(key) },
      }),
    ),
  );
  const results = await store.onceResults(jobKey, 0);
  expect(results.map((result) => result.key)).toEqual(keys);
  expect(results.at(-1)?.value).toEqual({ kind: 'json', text: '"once-4999"' });
});

test('nothing that a job asks for is looked for among other jobs’ rows', async () => {
  const db = connect(':memory:');
  await using store = openStoreBy(() => db, ':memory:');
  expect(store.health.writable).toBe(true);
  const plans = [
    'SELECT * FROM once_results WHERE job_key = 1 AND step = 0 ORDER BY position',
    'SELECT * FROM events WHERE job_key = 1 ORDER BY position',
    'SELECT type FROM events WHERE job_key = 1 ORDER BY position DESC LIMIT 1',
    'DELETE FROM open_jobs WHERE job_key = 1',
    'SELECT job_key FROM jobs WHERE closed_at IS NOT NULL ORDER BY closed_at LIMIT 1',
  ].map((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]);
  for (const plan of plans) {
    expect(plan.map((row) => row.detail).join('; ')).toMatch(
      /^(SEARCH|SCAN jobs USING (COVERING )?INDEX)/,
    );
    expect(plan.map((row) => row.detail).join('; ')).not.toContain('TEMP B-TREE');
  }
});
