import { VirtualClock } from '@fellrunner/testkit';
import { expect, test, vi } from 'vitest';

import { aJobWithLog, AT_GITLAB } from './support/job-with-log.ts';

const MIB = 1024 * 1024;
const LOG = 'x'.repeat(17 * MIB);

test('of a log that grows fast, whole pieces are sent one right after the other', async () => {
  const clock = new VirtualClock();
  await using left = await aJobWithLog({ kept: AT_GITLAB, clock });
  left.spool.append(LOG);
  left.sender.grew();
  await sendAllThatIsDue(left, clock);
  expect(left.job.traceBytes).toHaveLength(AT_GITLAB.length + 16 * MIB);
  clock.advance(334);
  await sendAllThatIsDue(left, clock);
  expect(left.job.traceBytes).toHaveLength(AT_GITLAB.length + 17 * MIB);
});

test('a server that finds the requests too many gets three pieces a second at most', async () => {
  const clock = new VirtualClock();
  await using left = await aJobWithLog({ kept: AT_GITLAB, clock });
  left.gitlab.faults.add({ method: 'PATCH', status: 429, times: 1 });
  left.spool.append(LOG);
  left.sender.grew();
  await sendAllThatIsDue(left, clock);
  expect(left.sender.trouble).toBe('GitLab answers 429 to the log');
  clock.advance(1000);
  for (const expected of [0, 8, 16, 17]) {
    await sendAllThatIsDue(left, clock);
    expect(left.job.traceBytes).toHaveLength(AT_GITLAB.length + expected * MIB);
    clock.advance(334);
  }
});

/** The clock stands still: what is sent waits for nothing but answers. */
async function sendAllThatIsDue({ sender, spool }: Left, clock: VirtualClock): Promise<void> {
  const isSent = () => sender.acknowledged === spool.size;
  for (;;) {
    await vi.waitUntil(() => clock.nextCallAt !== undefined || isSent());
    if (isSent() || (clock.nextCallAt ?? 0) > clock.now()) return;
    clock.advance(0);
  }
}

type Left = Pick<Awaited<ReturnType<typeof aJobWithLog>>, 'sender' | 'spool'>;
