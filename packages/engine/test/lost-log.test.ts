import { renameSync, truncateSync } from 'node:fs';

import { describe, expect, test, vi } from 'vitest';

import { Spool } from '../src/trace/spool.ts';
import { aJobWithLog, AT_GITLAB } from './support/job-with-log.ts';
import { TestFolder } from './support/test-folder.ts';

describe('a log of which this machine has lost its end', () => {
  test('goes on behind what GitLab has, after a line that says so', async () => {
    await using left = await aJobWithLog({ kept: 'one\ntwo\n' });
    left.spool.append('ERROR: it ends here\n');
    await left.drain();
    expect(left.job.trace).toBe(
      `${AT_GITLAB}\nWARNING: the runner has lost the last 11 bytes of its copy of this log. ` +
        'What follows may repeat some of them.\nERROR: it ends here\n',
    );
    expect(left.told).toEqual([
      'GitLab has 11 bytes of the log that were lost here; it keeps them',
    ]);
  });

  test('goes on behind it after a further restart, too, without another line', async () => {
    await using left = await aJobWithLog({ kept: 'one\ntwo\n' });
    await left.drain();
    const before = left.job.trace;
    await left.restart('ERROR: it ends here, and with more words than were lost\n');
    expect(left.job.trace).toBe(
      `${before}ERROR: it ends here, and with more words than were lost\n`,
    );
    expect(left.told).toHaveLength(1);
  });

  test('is none where only the answers to what was sent were lost', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    left.gitlab.faults.add({ method: 'PATCH', drop_after: true, times: 1 });
    left.spool.append('five\n');
    await left.sender.touch();
    left.spool.append('six\n');
    await left.drain();
    expect(left.job.trace).toBe(`${AT_GITLAB}five\nsix\n`);
    expect(left.told.filter((it) => it.includes('lost here'))).toEqual([]);
  });

  test('still lets a silent job hear how it stands', async () => {
    await using left = await aJobWithLog({ kept: 'one\n' });
    await left.sender.touch();
    await left.sender.touch();
    expect(left.heard).toEqual(['running']);
  });

  test('says so in place of what GitLab had not got yet, at the same places', async () => {
    await using left = await aJobWithLog({ kept: 'one\n', knownSize: 200 });
    left.spool.append('the end\n');
    await left.drain();
    const [shown = '', end] = left.job.trace.split(AT_GITLAB).at(-1)?.split('\nthe') ?? [];
    expect(shown).toMatch(/^[ a-z'.]*$/);
    expect(end).toBe(' end\n');
    expect(left.job.traceBytes).toHaveLength(200 + 'the end\n'.length);
    expect(left.spool.lostBytes).toBe(196);
  });
});

describe('a log that cannot be read', () => {
  test('is tried again until it can be, and its runner lives on', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    left.spool.append('five\n');
    renameSync(file, `${file}.away`);
    left.sender.grew();
    await vi.waitUntil(() => left.sender.trouble !== undefined, { timeout: 30_000 });
    expect(left.sender.trouble).toMatch(/^the log cannot be read: ENOENT/);
    renameSync(`${file}.away`, file);
    await left.drain();
    expect(left.job.trace).toBe(`${AT_GITLAB}five\n`);
  });

  test('keeps the result waiting until its checksum is known', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    renameSync(file, `${file}.away`);
    const delivered = left.report((why) => {
      left.told.push(why);
      renameSync(`${file}.away`, file);
    });
    expect(await delivered).toMatchObject({ kind: 'delivered', status: 200 });
    expect(left.told).toEqual([expect.stringMatching(/^the log cannot be read: ENOENT/)]);
    expect(left.job.status).toBe('success');
  });

  test('since it was made shorter is told of, and no empty pieces are sent in its place', async () => {
    await using left = await aJobWithLog({ kept: AT_GITLAB });
    const { file } = left.spool;
    left.spool.append('five\n');
    truncateSync(file, 4);
    const giveUp = new AbortController();
    const told: string[] = [];
    const drained = left.sender.drain(giveUp.signal, (why) => {
      told.push(why);
      giveUp.abort();
    });
    await expect(drained).rejects.toThrow('aborted');
    expect(told).toEqual([`the log in ${file} is shorter than it was`]);
    expect(left.job.trace).toBe(AT_GITLAB);
  });
});

describe('the place of what was lost', () => {
  test.each([
    [1, '\n'],
    [2, '\n\n'],
    [40, '\nWARNING: 40 bytes of this log were los\n'],
    [80, "\nWARNING: 80 bytes of this log were lost on the runner's machine. .............\n"],
  ])('is filled to the byte where %d are missing', async (missing, filling) => {
    using folder = new TestFolder();
    const file = folder.write('spool', 'kept');
    const left = { file, head: undefined, cursor: 4, knownSize: 4 + missing };
    await using spool = await Spool.reopen(left);
    expect(await spool.piece(4, 1000)).toEqual(Buffer.from(filling));
    expect(spool.size).toBe(4 + missing);
  });
});
