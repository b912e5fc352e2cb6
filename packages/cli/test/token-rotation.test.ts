import { readFileSync } from 'node:fs';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { Command, runCommand } from './support/command.ts';
import { aShellJob } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

/** What is left of a token's life: enough for a start on a machine that does much else. */
const LEFT_S = 60;
/** So long ago it was obtained, by the configuration: three quarters are over in two seconds. */
const AGO_S = 3 * LEFT_S - 8;

describe('a token that expires, in a config.toml', () => {
  test('is replaced in its place, and the runner goes on with the new one', async () => {
    await using gitlab = await startEmulator();
    using folder = new TempFolder();
    const { config, token } = await aConfig(gitlab, folder);
    await using runner = start(folder, config);
    await runner.log(/the runner has a new token/);
    const text = readFileSync(config, 'utf8');
    expect(text).toContain('# kept by the platform team');
    expect(text).not.toContain(token);
    const [, fresh = ''] = /token = "(.+)"/.exec(text) ?? [];
    expect(await expiryOf(gitlab, token)).toBe('refused');
    expect(await expiryOf(gitlab, fresh)).not.toBe('refused');
    const log = await runner.log(/the configuration was read again/);
    expect(log).not.toContain(fresh);
    const job = await aShellJob(gitlab, { script: ['echo still here'] }).finished();
    expect(job.status).toBe('success');
  });

  test('is replaced at the next try where GitLab was not reached', async () => {
    await using gitlab = await startEmulator();
    using folder = new TempFolder();
    const { config, token } = await aConfig(gitlab, folder);
    gitlab.faults.add({ path: RESET, reset: true, times: 1 });
    await using runner = start(folder, config);
    await runner.log(/is not rotated yet: /);
    await runner.log(/the runner has a new token/);
    expect(readFileSync(config, 'utf8')).not.toContain(token);
  });

  test('whose successor was lost on its way is told of, then and at the next start', async () => {
    await using gitlab = await startEmulator();
    using folder = new TempFolder();
    const { config, token } = await aConfig(gitlab, folder);
    gitlab.faults.add({ path: RESET, drop_after: true, times: 1 });
    const told = /has replaced the token of the runner "cellar", but its answer.* was lost/;
    {
      await using runner = start(folder, config);
      await runner.log(told);
    }
    expect(readFileSync(config, 'utf8')).toContain(token);
    const again = await runCommand(argsOf(folder, config));
    expect(again.stderr).toMatch(told);
    expect(again.stderr).toContain(`reset the token there once more, on the runner's page`);
    expect(again.exitCode).toBe(4);
  });

  test('is left as it is with --no-rotate, which is told of in time', async () => {
    await using gitlab = await startEmulator();
    using folder = new TempFolder();
    const { config, token } = await aConfig(gitlab, folder);
    await using runner = start(folder, config, '--no-rotate');
    await runner.log(/the runner token expires, and is not rotated \(--no-rotate\); get a new one/);
    expect(readFileSync(config, 'utf8')).toContain(token);
    expect(await expiryOf(gitlab, token)).not.toBe('refused');
  });
});

test('a token that expires and stands in no config.toml is told of', async () => {
  await using gitlab = await startEmulator();
  using folder = new TempFolder();
  const token = await expiringToken(gitlab);
  const args = ['run', '--url', gitlab.url, '--executor', 'shell', '--store', folder.file('s.db')];
  await using runner = Command.start(args, { FELLRUNNER_TOKEN: token });
  const log = await runner.log(/the runner token expires/);
  expect(log).toContain('it stands in no config.toml');
});

const RESET = '/runners/reset_authentication_token';

async function aConfig(
  gitlab: Emulator,
  folder: TempFolder,
): Promise<{ config: string; token: string }> {
  const token = await expiringToken(gitlab);
  const config = folder.write(
    'config.toml',
    `# kept by the platform team
[[runners]]
  name = "cellar" # the fast one
  url = "${gitlab.url}"
  token = "${token}"
  token_obtained_at = ${new Date(Date.now() - AGO_S * 1000).toISOString()}
  executor = "shell"
`,
  );
  return { config, token };
}

function start(folder: TempFolder, config: string, ...more: string[]): Command {
  return Command.start([...argsOf(folder, config), ...more]);
}

function argsOf(folder: TempFolder, config: string): string[] {
  return ['run', '--config', config, '--store', folder.file('s.db')];
}

/** The emulator's own token, replaced by one that expires. */
async function expiringToken(gitlab: Emulator): Promise<string> {
  await post(`${gitlab.url}/_emulator/settings`, {
    runner_token_expiration_interval_s: LEFT_S,
  });
  const answer = await post(`${gitlab.url}/api/v4${RESET}`, { token: gitlab.runnerToken });
  const { token } = (await answer.json()) as { token: string };
  await post(`${gitlab.url}/_emulator/settings`, { runner_token_expiration_interval_s: 3600 });
  return token;
}

async function expiryOf(gitlab: Emulator, token: string): Promise<string> {
  const answer = await post(`${gitlab.url}/api/v4/runners/verify`, { token });
  if (!answer.ok) return 'refused';
  const { token_expires_at } = (await answer.json()) as { token_expires_at: string };
  return token_expires_at;
}

function post(url: string, body: Record<string, unknown>): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
