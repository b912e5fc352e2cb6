import { readFileSync, writeFileSync } from 'node:fs';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { Command } from './support/command.ts';
import { aShellJob, handlerUntil } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

const HANDLER = "export default { step: (ctx) => ctx.log.line('by ' + process.env.WHO) };";

/** What a test cares about in an entry. */
interface Entry {
  readonly name: string;
  readonly gitlab: Emulator;
  readonly handler?: string;
  readonly more?: string;
}

function entry({ gitlab, handler = 'handler.mjs', more = '', name }: Entry): string {
  return `
[[runners]]
  name = "${name}"
  url = "${gitlab.url}"
  token = "${gitlab.runnerToken}"
  executor = "handler"
  handler = "${handler}"
  environment = ["WHO=${name}"]
  ${more}
`;
}

/** As `gitlab-runner register` writes it. */
function gitlabRunnersEntry(name: string, gitlab: Emulator, folder: TempFolder): string {
  return `
[[runners]]
  name = "${name}"
  url = "${gitlab.url}/"
  id = 1
  token = "${gitlab.runnerToken}"
  token_obtained_at = 2026-01-02T03:04:05Z
  token_expires_at = 0001-01-01T00:00:00Z
  executor = "shell"
  builds_dir = "${folder.file(name)}"
  environment = ["GREETING=hello from ${name}"]
  [runners.custom_build_dir]
  [runners.cache]
    MaxUploadedArchiveSize = 0
    [runners.cache.s3]
    [runners.cache.gcs]
    [runners.cache.azure]
`;
}

async function start(folder: TempFolder, ...more: readonly string[]): Promise<Command> {
  const config = ['--config', folder.file('config.toml'), '--store', folder.file('jobs.db')];
  const runner = Command.start(['run', ...config, ...more]);
  await runner.log(/fellrunner \S+ runs jobs of/);
  return runner;
}

describe('run --config', () => {
  it('runs all its runners at once, under one limit', async () => {
    using folder = new TempFolder();
    await using one = await startEmulator();
    await using other = await startEmulator();
    folder.write('handler.mjs', HANDLER);
    const text =
      'concurrent = 1\n' +
      entry({ name: 'one', gitlab: one }) +
      entry({ name: 'other', gitlab: other });
    folder.write('config.toml', text);
    const jobs = [one.job({}), other.job({}), one.job({}), other.job({})];
    await using runner = await start(folder, '--max-jobs', '4');
    expect((await runner.ended).exitCode).toBe(0);
    expect(jobs.map(({ status }) => status)).toEqual(Array(4).fill('success'));
    expect(jobs.map(({ trace }) => trace.trim())).toEqual([
      'by one',
      'by other',
      'by one',
      'by other',
    ]);
  });

  it('lets no server that holds a request keep the others from their jobs', async () => {
    using folder = new TempFolder();
    await using idle = await startEmulator({ settings: { long_poll_s: 50 } });
    await using busy = await startEmulator({ settings: { long_poll_s: 50 } });
    folder.write('handler.mjs', HANDLER);
    const text =
      'concurrent = 1\ncheck_interval = 0.2\n' +
      entry({ name: 'idle', gitlab: idle }) +
      entry({ name: 'busy', gitlab: busy });
    folder.write('config.toml', text);
    await using runner = await start(folder);
    for (let count = 0; count < 3; count += 1) {
      const job = busy.job({});
      await job.finished();
      expect(job.status).toBe('success');
    }
    runner.send('SIGTERM');
    expect((await runner.ended).exitCode).toBe(0);
  });

  it('tells GitLab what [runners.info] says', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    folder.write('handler.mjs', HANDLER);
    const more = 'info.version = "77.1"';
    folder.write('config.toml', entry({ name: 'a', gitlab, more }));
    gitlab.job({});
    await using runner = await start(folder, '--max-jobs', '1');
    expect((await runner.ended).exitCode).toBe(0);
    const asked = gitlab.requests.filter(({ path }) => path.endsWith('/jobs/request'));
    expect(asked.length).toBeGreaterThan(0);
    for (const { body } of asked) expect(body).toMatchObject({ info: { version: '77.1' } });
  });

  it('passes no token on to a handler, wherever the configuration takes it from', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const source = 'export default { step: (ctx) => ctx.log.line(JSON.stringify(process.env)) };';
    folder.write('handler.mjs', source);
    const text = entry({ name: 'a', gitlab }).replace(gitlab.runnerToken, '$MY_SECRET');
    folder.write('config.toml', text);
    const job = gitlab.job({});
    const args = ['--config', folder.file('config.toml'), '--store', folder.file('jobs.db')];
    await using runner = Command.start(['run', ...args, '--max-jobs', '1'], {
      MY_SECRET: gitlab.runnerToken,
      FELLRUNNER_TOKEN: gitlab.runnerToken,
      HARMLESS: 'shown',
    });
    expect((await runner.ended).exitCode).toBe(0);
    expect(job.trace).toContain('"HARMLESS":"shown"');
    expect(job.trace).not.toContain('MY_SECRET');
    expect(job.trace).not.toContain('FELLRUNNER');
    expect(job.trace).not.toContain(gitlab.runnerToken);
  });

  it("runs gitlab-runner's own file as it is, with its two shell runners", async () => {
    using folder = new TempFolder();
    await using one = await startEmulator();
    await using other = await startEmulator();
    const text = `concurrent = 2
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0

[session_server]
  session_timeout = 1800
${gitlabRunnersEntry('one', one, folder)}${gitlabRunnersEntry('other', other, folder)}`;
    const config = folder.write('config.toml', text);
    const script = ['echo "$CI_RUNNER_DESCRIPTION here, $GREETING"'];
    const jobs = [one, other].map((gitlab) => aShellJob(gitlab, { script }));
    await using runner = await start(folder, '--max-jobs', '2');
    expect((await runner.ended).exitCode).toBe(0);
    expect(jobs.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(jobs[0]?.trace).toContain('here, hello from one');
    expect(jobs[1]?.trace).toContain('here, hello from other');
    expect(readFileSync(config, 'utf8')).toBe(text);
  });

  it('names an entry with another executor, and runs the others', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    folder.write('handler.mjs', HANDLER);
    const docker = entry({ name: 'd', gitlab }).replace('"handler"', '"docker"');
    folder.write('config.toml', docker + entry({ name: 'h', gitlab }));
    await using runner = await start(folder);
    const log = await runner.log(/runs jobs of/);
    expect(log).toContain('the runner "d" is left out: its executor "docker" is none of');
  });
});

describe('a changed configuration', () => {
  it('is in force after SIGHUP, and the jobs that run go on as they began', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    folder.write('until.mjs', handlerUntil(folder.file('go')));
    folder.write('handler.mjs', HANDLER);
    const before = entry({ name: 'before', gitlab, handler: 'until.mjs' });
    const config = folder.write('config.toml', `concurrent = 2\n${before}`);
    const first = gitlab.job({});
    await using runner = await start(folder);
    await runner.log(/job received/);
    writeFileSync(config, `concurrent = 2\n${entry({ name: 'after', gitlab })}`);
    runner.send('SIGHUP');
    await runner.log(/the configuration was read again/);
    const second = gitlab.job({});
    await second.finished();
    expect(second.trace).toBe('by after\n');
    expect(first.status).toBe('running');
    folder.write('go', '');
    await first.finished();
    expect(first.status).toBe('success');
  });

  it('is noticed without a signal', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    folder.write('handler.mjs', HANDLER);
    const config = folder.write('config.toml', entry({ name: 'a', gitlab }));
    await using runner = await start(folder);
    writeFileSync(config, `concurrent = 3\n${entry({ name: 'a', gitlab })}`);
    expect(await runner.log(/the configuration was read again/)).toContain('runners=1');
  });

  it.each([
    [
      'an unknown key',
      (good: string) => `${good}\nfrobnicate = 1\n`,
      /config\.toml:\d+: unknown key frobnicate/,
    ],
    ['half a line', (good: string) => `${good}\nname = "b`, /config\.toml:\d+:\d+: /],
    [
      'a missing handler',
      (good: string) => good.replace('handler.mjs', 'no.mjs'),
      /does not exist/,
    ],
  ])('that has %s changes nothing, and is told of', async (_, spoil, told) => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    folder.write('handler.mjs', HANDLER);
    const good = entry({ name: 'a', gitlab });
    const config = folder.write('config.toml', good);
    await using runner = await start(folder);
    writeFileSync(config, spoil(good));
    runner.send('SIGHUP');
    await runner.log(told);
    const log = await runner.log(/what was in force before stays so/);
    expect(log).not.toContain(gitlab.runnerToken);
    const job = gitlab.job({});
    await job.finished();
    expect(job.trace).toBe('by a\n');
  });
});
