import { chmodSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { startEmulator } from '@fellrunner/emulator';
import { openStore } from '@fellrunner/persistence';
import { describe, expect, it } from 'vitest';

import { runCommand, type Ended } from './support/command.ts';
import { TempFolder } from './support/temp-folder.ts';

const TOKEN = 'glrt-t1_NobodysSecretToken';
const NOWHERE = 'http://127.0.0.1:9';
const HANDLER = 'export default { step() {} };';

/** One line that names the thing, no stack, and no token. */
function expectOneLine({ stderr, stdout }: Ended, words: string | RegExp): void {
  expect(stderr).toMatch(/^fellrunner: [^\n]+\n$/);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('    at ');
  expect(stderr).not.toContain('NobodysSecret');
  expect(stdout).toBe('');
}

interface Run {
  readonly url?: string;
  readonly handler?: string;
  readonly store?: string;
  readonly more?: readonly string[];
}

function start(folder: TempFolder, wishes: Run = {}): Promise<Ended> {
  const { url = NOWHERE, more = [] } = wishes;
  const handler = wishes.handler ?? folder.write('handler.mjs', HANDLER);
  const store = wishes.store ?? folder.file('store/jobs.db');
  const args = ['run', '--url', url, '--handler', handler, '--store', store, ...more];
  return runCommand(args, { FELLRUNNER_TOKEN: TOKEN });
}

describe('a GitLab that cannot be used', () => {
  it('that refuses the token is told of, and ends with 4', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const ended = await start(folder, { url: gitlab.url });
    expect(ended.exitCode).toBe(4);
    expectOneLine(ended, `token was rejected by ${gitlab.url} (403)`);
  });

  it('that is not there is told of, and ends with 5', async () => {
    using folder = new TempFolder();
    const ended = await start(folder);
    expect(ended.exitCode).toBe(5);
    expectOneLine(ended, `GitLab at ${NOWHERE} cannot be reached: nothing listens there`);
  });

  it('whose name nobody knows is told of, and ends with 5', async () => {
    using folder = new TempFolder();
    const ended = await start(folder, { url: 'http://gitlab.invalid' });
    expect(ended.exitCode).toBe(5);
    expectOneLine(ended, 'GitLab at http://gitlab.invalid cannot be reached: no such host');
  });

  it.each([
    'htps://gitlab.example.com',
    'https:/gitlab.example.com',
    'gitlab.example.com',
    `https://a:${TOKEN}@b`,
    TOKEN,
  ])('whose address has a typing error ends with 2: %s', async (url) => {
    using folder = new TempFolder();
    const ended = await start(folder, { url });
    expect(ended.exitCode).toBe(2);
    expectOneLine(ended, '--url ');
  });
});

describe('a handler that cannot be used ends with 3', () => {
  it('where its file does not exist', async () => {
    using folder = new TempFolder();
    const handler = folder.file('nowhere.ts');
    const ended = await start(folder, { handler });
    expect(ended.exitCode).toBe(3);
    expectOneLine(ended, `The handler ${handler} does not exist`);
  });

  it.each([
    ['export const handler = { step() {} };', 'has no default export'],
    ['export default { steps() {} };', 'has no step(ctx) function'],
    ['export default { step() {}, cleanup: 3 };', 'has a `cleanup` that is no function'],
    ['export default { step() {}, isolation: "fiber" };', 'has an `isolation` that is none of'],
    ['export default { step() {}, resumable: "no" };', 'has a `resumable` that is neither'],
    ['export default { step( };', 'cannot be loaded'],
    ['throw new Error("at its import");', 'at its import'],
    ['process.exit(0);', 'the handler ended its thread'],
  ])('where it says %s', async (text, words) => {
    using folder = new TempFolder();
    const ended = await start(folder, { handler: folder.write('handler.ts', text) });
    expect(ended.exitCode).toBe(3);
    expectOneLine(ended, words);
    expect(ended.stderr).toContain(folder.path);
    expect(ended.stderr).not.toContain('file://');
  });

  it('where it is a folder', async () => {
    using folder = new TempFolder();
    const ended = await start(folder, { handler: folder.path });
    expect(ended.exitCode).toBe(3);
    expectOneLine(ended, `The handler ${folder.path} is a folder; name the module in it`);
  });
});

describe('a store that cannot be used ends with 6', () => {
  it('where it is of a newer version', async () => {
    using folder = new TempFolder();
    const store = folder.file('jobs.db');
    await openStore(store)[Symbol.asyncDispose]();
    const db = new DatabaseSync(store);
    db.exec('PRAGMA user_version = 999');
    db.close();
    const ended = await start(folder, { store });
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, 'has version 999');
  });

  it('where it is in use, naming the process and the way out', async () => {
    using folder = new TempFolder();
    await using store = openStore(folder.file('jobs.db'));
    const ended = await start(folder, { store: store.file });
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, new RegExp(`in use by process ${process.pid} .*--takeover`));
  });

  it('where the process that has it cannot be asked for it', async () => {
    using folder = new TempFolder();
    await using store = openStore(folder.file('jobs.db'));
    const ended = await start(folder, { store: store.file, more: ['--takeover'] });
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, 'was not started to be asked for it');
  });

  it('where its folder is read-only', async () => {
    using folder = new TempFolder();
    // For root no permission counts; nobody can make files in /proc.
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) chmodSync(folder.path, 0o500);
    const store = isRoot ? '/proc/jobs.db' : folder.file('jobs.db');
    const handler = import.meta.filename;
    const ended = await start(folder, { store, handler });
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, `The store ${store} cannot be used`);
  });

  it('where it is damaged', async () => {
    using folder = new TempFolder();
    const store = folder.write('jobs.db', 'this is no database at all'.repeat(1000));
    const ended = await start(folder, { store });
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, `The store ${store} is damaged`);
  });

  it('where it is not there, for a command that only reads', async () => {
    using folder = new TempFolder();
    const ended = await runCommand(['jobs', '--store', folder.file('nowhere.db')]);
    expect(ended.exitCode).toBe(6);
    expectOneLine(ended, 'There is no store at');
  });
});

describe('wrong usage ends with 2', () => {
  it.each([
    [['run', '--conc', '4'], "unknown option '--conc'"],
    [['run', `--tken=${TOKEN}`], "unknown option '--tken'"],
    [['run', '--tken', TOKEN], "unknown option '--tken' (Did you mean --token?)"],
    [['emulator', '--listen', 'here'], 'address such as'],
    [['run', TOKEN], 'too many arguments'],
    [[TOKEN], 'unknown command'],
    [['rum'], 'Did you mean run?'],
    [['run'], '--url is missing'],
    [['run', '--url', NOWHERE], '--handler FILE or --executor shell is missing'],
    [['run', '--url', NOWHERE, '--handler', 'a', '--executor', 'shell'], 'exclude each other'],
    [['run', '--url', NOWHERE, '--handler', 'a'], 'the runner token is missing'],
    [['run', '--config', 'a', '--url', NOWHERE], 'cannot be used with'],
    [['run', '--config', 'a', '--handler', 'a'], 'cannot be used with'],
    [['run', '--url', NOWHERE, '--handler', 'a', '--user', 'b'], '--user is for --executor shell'],
    [['run', '--config', 'a', '--executor', 'shell'], 'cannot be used with'],
    [['run', '--executor', 'docker'], 'Allowed choices are shell'],
    [['run', '--concurrency', '0'], 'whole number from 1 on'],
    [['run', '--output-limit', '4 potatoes'], 'size such as 4MiB'],
    [['run', '--on-stop', 'die'], 'Allowed choices are detach, drain, abort'],
    [['show', 'nonsense'], 'A job is 42 or'],
    [['show'], "missing required argument 'JOB'"],
  ])('%j', async (args, words) => {
    const ended = await runCommand(args);
    expect(ended.exitCode).toBe(2);
    expectOneLine(ended, words);
  });
});

describe('a configuration that cannot be used ends with 3', () => {
  const ENTRY = `[[runners]]\nurl = "${NOWHERE}"\ntoken = "${TOKEN}"\nexecutor = "shell"\n`;

  it.each([
    [`concurent = 2\n${ENTRY}`, ':1: unknown key concurent; did you mean concurrent?'],
    [`${ENTRY}buidls_dir = "/x"\n`, ':5: unknown key buidls_dir in [[runners]]; did you mean'],
    [`${ENTRY}limit = "2"\n`, ':5: runners.limit: expected number'],
    [`${ENTRY}token = "${TOKEN}\n`, ':5:'],
    [ENTRY.replace('"shell"', '"kubernetes"'), 'its executor "kubernetes" is none of'],
  ])('%j', async (text, words) => {
    using folder = new TempFolder();
    const config = folder.write('config.toml', text);
    const store = folder.file('jobs.db');
    const ended = await runCommand(['run', '--config', config, '--store', store]);
    expect(ended.exitCode).toBe(3);
    expectOneLine(ended, words);
  });

  it('where it does not exist', async () => {
    using folder = new TempFolder();
    const ended = await runCommand(['run', '--config', folder.file('config.toml')]);
    expect(ended.exitCode).toBe(3);
    expectOneLine(ended, 'config.toml cannot be read');
  });

  it('where the token file does not exist, or holds more than a token', async () => {
    using folder = new TempFolder();
    const args = ['run', '--url', NOWHERE, '--executor', 'shell', '--store', folder.file('a.db')];
    const file = folder.file('token');
    const missing = await runCommand([...args, '--token-file', file]);
    expect(missing.exitCode).toBe(3);
    expectOneLine(missing, `The token file ${file} cannot be read`);
    writeFileSync(file, `token = ${TOKEN}\n`);
    const wrong = await runCommand([...args, '--token-file', file]);
    expect(wrong.exitCode).toBe(3);
    expectOneLine(wrong, 'has blanks or control characters in it');
  });
});

describe('an error for programs', () => {
  it('is a record of the log', async () => {
    using folder = new TempFolder();
    const ended = await start(folder, { more: ['--log-format', 'json'] });
    expect(ended.exitCode).toBe(5);
    expect(JSON.parse(ended.stderr)).toMatchObject({ level: 'error', exitCode: 5 });
  });
});

describe('--log-level debug', () => {
  it('shows where an error comes from', async () => {
    using folder = new TempFolder();
    const ended = await start(folder, { more: ['--log-level', 'debug'] });
    expect(ended.exitCode).toBe(5);
    expect(ended.stderr).toContain('    at ');
  });
});
