import { expect, onTestFinished, test } from 'vitest';

import { createProcessPool } from '../src/pool/process-pool.ts';

const module = new URL('handlers/misbehaves-in-process.ts', import.meta.url).href;
const describe = { what: 'describe', module, options: undefined } as const;

test('a process that cannot be started fails its call alone, and the next call gets another', async () => {
  await using pool = createProcessPool({ env: process.env, heapLimitMb: 256 });
  const { execPath } = process;
  onTestFinished(() => void (process.execPath = execPath));
  process.execPath = '/nowhere/node';
  const refused = pool.call(describe, () => undefined);
  refused.send({ type: 'abort', reason: 'canceled' });
  expect(await refused.result).toMatchObject({
    kind: 'failed',
    failure: {
      reason: 'runner-failed',
      message: `the handler's process cannot be started: spawn /nowhere/node ENOENT`,
    },
  });
  process.execPath = execPath;
  expect((await pool.call(describe, () => undefined).result).kind).toBe('described');
});
