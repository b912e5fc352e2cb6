import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { isRunnerError } from '@fellrunner/core';
import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { VirtualClock } from '@fellrunner/testkit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import { JobSession } from '../src/index.ts';
import { aRequestedJob } from './support/requested-job.ts';

/** A process of its own that goes on with a job until it is killed. */
async function killInTheMiddle(text: string, name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-session-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'job.json');
  await writeFile(file, text);
  const program = new URL('support/killed-session.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=@fellrunner/source', program, file, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a text goes on after each process that was killed with it, and no line is lost or doubled', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  await session.log.line('before, and on GitLab');
  await session.flush();
  await session.log.line('before, and not yet there');
  const text = session.serialize();
  await session[Symbol.asyncDispose]();
  await killInTheMiddle(text, 'one');
  await killInTheMiddle(text, 'two');
  await using last = await JobSession.restore(text);
  await last.log.line('the end');
  await last.succeed();
  const lines = job.trace.split('\n');
  const written = (name: string): string[] => lines.filter((line) => line.startsWith(`${name} `));
  const counted = (name: string): string[] => [
    `${name} goes on`,
    ...written(name)
      .slice(1)
      .map((_line, n) => `${name} ${n}`),
  ];
  expect(written('one')).toEqual(counted('one'));
  expect(written('two')).toEqual(counted('two'));
  expect(lines).toEqual([
    'before, and on GitLab',
    'before, and not yet there',
    ...written('one'),
    ...written('two'),
    'the end',
    '',
  ]);
  expect(job.status).toBe('success');
});

test('two sessions of one text that write lines of one length keep both, in the order of arrival', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  await session.log.line('start');
  const text = session.serialize();
  await using one = await JobSession.restore(text);
  await using two = await JobSession.restore(text);
  for (const [writer, line] of [
    [one, 'one 1'],
    [two, 'two 1'],
    [session, 'own 1'],
    [two, 'two 2'],
    [one, 'one 2'],
  ] as const) {
    await writer.log.line(line);
    await writer.flush();
  }
  await two.succeed();
  expect(job.trace).toBe('start\none 1\ntwo 1\nown 1\ntwo 2\none 2\n');
});

test('a log that GitLab has lost is sent again by whoever reports', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const { session, job } = await aRequestedJob(gitlab);
  await session.log.line('start');
  await using later = await JobSession.restore(session.serialize());
  await later.log.line('end');
  gitlab.faults.add({ method: 'PUT', status: 412, times: 1 });
  await later.succeed();
  expect(job.trace).toBe('start\nend\n');
});

type Happening =
  'write' | 'flush' | 'save' | 'die' | 'lose an answer' | 'answer 502' | 'let time pass';

/** Writing is likelier than the rest; a process that dies is followed by one with the last text. */
const happenings = fc.array(
  fc.constantFrom<Happening>(
    ...(['write', 'write', 'write', 'flush', 'save', 'save', 'die', 'die'] as const),
    ...(['lose an answer', 'answer 502', 'let time pass'] as const),
  ),
  { minLength: 5, maxLength: 30 },
);

/** A job in the hands of one process at a time, whose clock runs as fast as GitLab answers. */
class PassedOn {
  readonly #gitlab: Emulator;
  readonly #clock: VirtualClock;
  #session: JobSession;
  /** What was saved last; until then the process must not die. */
  #text: string | undefined;
  /** What the process has written, what of it must be there in the end, and in what order. */
  #written = 0;
  readonly must = new Set<number>();

  readonly job: EmulatedJob;

  private constructor(
    gitlab: Emulator,
    job: EmulatedJob,
    session: JobSession,
    clock: VirtualClock,
  ) {
    this.#clock = clock;
    this.#gitlab = gitlab;
    this.job = job;
    this.#session = session;
  }

  static async begin(gitlab: Emulator): Promise<PassedOn> {
    const clock = new VirtualClock();
    const { session, job } = await aRequestedJob(gitlab, {}, { clock });
    return new PassedOn(gitlab, job, session, clock);
  }

  async let(happening: Happening): Promise<void> {
    // Half of the time it strikes a piece that only asks, half of the time one of the log.
    const fault = { method: 'PATCH', times: 1, probability: 0.5 };
    switch (happening) {
      case 'write':
        this.#written += 1;
        // All of one length: pieces of different processes end at the same place.
        return this.#session.log.write(String(this.#written).padStart(4, '0'));
      case 'flush':
        await this.#meanwhile(this.#session.flush());
        return this.#promise();
      case 'save':
        this.#text = this.#session.serialize();
        return this.#promise();
      case 'die':
        return this.#die();
      case 'lose an answer':
        return this.#gitlab.faults.add({ ...fault, drop_after: true });
      case 'answer 502':
        return this.#gitlab.faults.add({ ...fault, status: 502 });
      case 'let time pass':
        return this.#meanwhile(this.#session.refresh());
    }
  }

  async end(): Promise<void> {
    await this.let('flush');
    await this.#meanwhile(this.#session.succeed());
    await this.#session[Symbol.asyncDispose]();
  }

  #promise(): void {
    for (let n = 1; n <= this.#written; n += 1) if (!this.#gone.has(n)) this.must.add(n);
  }

  /** What a process had neither saved nor flushed when it died: it may have arrived. */
  readonly #gone = new Set<number>();

  async #die(): Promise<void> {
    if (this.#text === undefined) return;
    for (let n = 1; n <= this.#written; n += 1) if (!this.must.has(n)) this.#gone.add(n);
    await this.#session[Symbol.asyncDispose]();
    for (;;) {
      try {
        this.#session = await JobSession.restore(this.#text, { clock: this.#clock });
        return;
      } catch (error) {
        if (!isRunnerError(error) || !error.retryable) throw error;
      }
    }
  }

  /** Time passes in leaps until something has come about, so that no pause is waited for. */
  async #meanwhile(work: Promise<void>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) {
      await nextTurn();
      this.#clock.advance(1000);
    }
    await done;
  }
}

test('whatever happens to processes and answers, what was saved or flushed is there once, in order', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  await fc.assert(
    fc.asyncProperty(happenings, async (all) => {
      const passedOn = await PassedOn.begin(gitlab);
      for (const happening of all) await passedOn.let(happening);
      gitlab.faults.clear();
      await passedOn.end();
      const { trace } = passedOn.job;
      const arrived = [...trace.matchAll(/\d{4}/g)].map(([digits]) => Number(digits));
      expect(arrived, trace).toEqual([...new Set(arrived)].toSorted((a, b) => a - b));
      expect(arrived).toEqual(expect.arrayContaining([...passedOn.must]));
    }),
    { numRuns: 100 },
  );
});

test('sessions of one text that live at once keep every line of each, in each one’s order', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const writers = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(writers, async (turns) => {
      const { session, job } = await aRequestedJob(gitlab);
      await session.log.write('....');
      const text = session.serialize();
      const clock = new VirtualClock();
      const restored = [1, 2].map(() => JobSession.restore(text, { clock }));
      const sessions = [session, ...(await Promise.all(restored))];
      for (const [n, writer] of turns.entries()) {
        await sessions[writer]?.log.write(`${writer}${String(n).padStart(3, '0')}`);
        await sessions[writer]?.flush();
      }
      await sessions[0]?.succeed();
      const expected = turns.map((writer, n) => `${writer}${String(n).padStart(3, '0')}`);
      expect(job.trace).toBe(`....${expected.join('')}`);
      await Promise.all(sessions.map((it) => it[Symbol.asyncDispose]()));
    }),
    { numRuns: 40 },
  );
});
