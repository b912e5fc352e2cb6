import { openStore } from '@fellrunner/persistence';
import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { runCommand, type Command, type Ended } from './support/command.ts';
import { aShellJob, endlessHandler, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

/** A runner with a job that is under way and one that is reported. */
class World implements AsyncDisposable {
  readonly folder: TempFolder;
  readonly gitlab: Emulator;
  readonly runner: Command;
  readonly running: EmulatedJob;
  readonly reported: EmulatedJob;

  private constructor(parts: Omit<World, 'read' | typeof Symbol.asyncDispose>) {
    ({
      folder: this.folder,
      gitlab: this.gitlab,
      runner: this.runner,
      running: this.running,
      reported: this.reported,
    } = parts);
  }

  static async create(): Promise<World> {
    const folder = new TempFolder();
    const gitlab = await startEmulator();
    const reported = gitlab.job({ name: 'quick' });
    const endless = endlessHandler({ resumable: true });
    const handler = endless.replace(
      'async step(ctx) {',
      'async step(ctx) { if (ctx.job.name === "quick") return;',
    );
    const more = ['--log-level', 'debug'];
    const runner = await startRunner({ folder, gitlab, handler, more });
    await runner.log(/job\.closed/);
    const variables = { SECRET: { value: 'verysecretvalue', masked: true } };
    const running = gitlab.job({ name: 'endless', variables });
    await runner.log(/job received.*name=endless/);
    return new World({ folder, gitlab, runner, running, reported });
  }

  /** Runs one of the commands on the store that the runner uses; no secret comes out of any. */
  async read(...args: readonly string[]): Promise<Ended> {
    const ended = await runCommand([...args, '--store', this.folder.file('jobs.db')]);
    for (const secret of ['verysecret', this.running.token, this.gitlab.runnerToken]) {
      if ((ended.stdout + ended.stderr).includes(secret))
        throw new Error(`${args[0]} shows a secret`);
    }
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner[Symbol.asyncDispose]();
    await this.gitlab.close();
    this.folder[Symbol.dispose]();
  }
}

describe('the commands that read a store, while a runner uses it', () => {
  it('list what is unfinished, and all of it where asked', async () => {
    await using world = await World.create();
    const { exitCode, stdout } = await world.read('jobs');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2\trunning\.script\t\d+s\tendless\troot\/project\t127[^\n]+\n$/);
    const all = JSON.parse((await world.read('jobs', '--all', '--json')).stdout) as unknown[];
    expect(all).toMatchObject([
      { gitlabId: 1, state: 'finished.closed', outcome: { status: 'success' } },
      { gitlabId: 2, state: 'running.script', name: 'endless' },
    ]);
  });

  it('show a job by its id, or by its server and its id', async () => {
    await using world = await World.create();
    const { host } = new URL(world.gitlab.url);
    for (const name of ['2', `${host}/2`]) {
      const { exitCode, stdout } = await world.read('show', name);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^state +running\.script$/m);
      expect(stdout).toMatch(/^steps +script running$/m);
    }
    const json = JSON.parse((await world.read('show', '2', '--json')).stdout) as unknown;
    expect(json).toMatchObject({ gitlabId: 2, steps: [{ name: 'script', status: 'running' }] });
  });

  it('print the log of a job that is under way', async () => {
    await using world = await World.create();
    await expect
      .poll(async () => (await world.read('log', '2')).stdout, { timeout: 10_000 })
      .toBe('begun\n');
  });

  it('say where the log of a reported job is, and fail', async () => {
    await using world = await World.create();
    const { exitCode, stderr, stdout } = await world.read('log', '1');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `fellrunner: Job 1 is reported, and its log is at ${world.gitlab.url}/root/project/-/jobs/1\n`,
    );
  });

  it('list what happened to a job, without what an executor is configured with', async () => {
    await using world = await World.create();
    const { stdout } = await world.read('events', '1');
    expect(stdout.split('\n').map((line) => line.split('\t')[2])).toEqual(
      expect.arrayContaining(['job.received', 'step.finished', 'job.finished', 'job.closed']),
    );
    const events = JSON.parse((await world.read('events', '1', '--json')).stdout) as unknown[];
    expect(events[0]).toMatchObject({ position: 0, type: 'job.received' });
  });

  it.each(['show', 'log', 'events'])('%s fails where there is no such job', async (command) => {
    await using world = await World.create();
    const { exitCode, stderr, stdout } = await world.read(command, '999');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^fellrunner: The store .* knows no job 999[^\n]*\n$/);
  });

  it('check it, and leave mending to when no runner has it', async () => {
    await using world = await World.create();
    const { exitCode, stdout } = await world.read('check');
    expect(stdout).toMatch(/2 job\(s\), \d+ event\(s\): nothing is wrong\.\n$/);
    expect(exitCode).toBe(0);
    const mending = await world.read('check', '--mend');
    expect(mending.exitCode).toBe(6);
    expect(mending.stderr).toContain(`in use by process ${world.runner.pid}`);
  });
});

describe('jobs', () => {
  it('says what a finished job waits for', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    gitlab.faults.add({ method: 'PUT', path: 'jobs/\\d+$', status: 500 });
    aShellJob(gitlab, { script: ['true'] });
    await using runner = await startRunner({ folder, gitlab });
    await runner.log(/the report waits/);
    const { stdout } = await runCommand(['jobs', '--store', folder.file('jobs.db')]);
    expect(stdout).toMatch(/finished\.reporting \(success\).*500/);
  });

  it('prints nothing where there is nothing, for programs to count', async () => {
    using folder = new TempFolder();
    await openStore(folder.file('jobs.db'))[Symbol.asyncDispose]();
    const { exitCode, stdout } = await runCommand(['jobs', '--store', folder.file('jobs.db')]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
  });
});
