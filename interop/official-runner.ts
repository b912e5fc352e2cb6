import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '@fellrunner/emulator';

import { Companion } from './companion.ts';
import { officialScenarios } from './official-scenarios.ts';
import { NotHere, type Program, type Ready } from './scenario.ts';
import { runTool } from './workshop.ts';

/** Each entry of its configuration asks once per `check_interval`. */
const ENTRIES = 4;

/** GitLab's own runner, from a binary that whoever runs this has; its shell executor. */
export function officialRunner(binary: string | undefined): Program {
  return {
    name: 'gitlab-runner',
    title: 'gitlab-runner (Go), shell executor, on our emulator',
    prepare: () => prepare(binary),
  };
}

async function prepare(binary: string | undefined): Promise<Ready> {
  if (binary === undefined) throw new NotHere('no binary given (`--official BIN`)');
  await access(binary).catch(() => {
    throw new NotHere(`there is no ${binary}`);
  });
  const version = await runTool(binary, ['--version']);
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-interop-'));
  const gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  const config = await register(binary, gitlab, folder);
  const env = { ...process.env, HOME: folder };
  const run = ['run', '--config', config, '--working-directory', folder];
  const runner = new Companion(binary, run, { env, cwd: folder });
  return {
    version: /^Version:\s+(\S+)/m.exec(version.output)?.[1] ?? 'unknown',
    scenarios: officialScenarios({ gitlab, folder, entries: ENTRIES }),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await gitlab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Registers with the command's own `register`, into a configuration that it completes. */
async function register(binary: string, gitlab: Emulator, folder: string): Promise<string> {
  const config = join(folder, 'config.toml');
  await writeFile(config, 'concurrent = 8\ncheck_interval = 1\n', { mode: 0o600 });
  const args = ['register', '--non-interactive', '--config', config, '--executor', 'shell'];
  const where = ['--url', gitlab.url, '--registration-token', gitlab.registrationToken];
  for (let entry = 0; entry < ENTRIES; entry += 1) {
    const { code, output } = await runTool(binary, [...args, ...where], {
      ...process.env,
      HOME: folder,
    });
    if (code !== 0) throw new Error(`register ended with ${code}: ${output}`);
  }
  return config;
}
