import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { Authority } from '../../engine/test/support/certificates.ts';
import { startTlsFront } from '../../engine/test/support/tls-front.ts';
import { runProgram } from '../src/program.ts';
import { toErrorReport } from '../src/report-error.ts';

import type { Ended } from './support/command.ts';
import { isOneLine, World } from './support/world.ts';

afterEach(() => vi.unstubAllEnvs());

const MINE = '# Kept by Ada.\nconcurrent = 3 # cores\n';

/** The configuration that a test's command keeps. */
function configOf(world: World): string {
  return world.home.file('config.toml');
}

function register(world: World, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const where = { CI_SERVER_URL: world.gitlab.url, CONFIG_FILE: configOf(world) };
  return world.call(['register', ...args], { ...where, ...env });
}

/** A clean refusal: the exit code, one line, and no file. */
function expectRefusal(ended: Ended, exitCode: number, words: RegExp | string): void {
  expect(ended.stderr).toMatch(words);
  expect(isOneLine(ended), ended.stderr).toBe(true);
  expect(ended.exitCode).toBe(exitCode);
}

/** The file is good when the command begins, and no more when GitLab has made the runner. */
async function registerIntoBadFile(world: World): Promise<Ended> {
  world.gitlab.faults.add({ method: 'POST', path: '/user/runners$', delay_ms: 1500 });
  const env = { GITLAB_TOKEN: world.gitlab.adminToken };
  const ended = register(world, ['--type', 'instance_type', '--executor', 'shell'], env);
  const asked = (): unknown => world.answers('POST', /user\/runners$/);
  await expect.poll(asked, { timeout: 20_000 }).toEqual([null]);
  writeFileSync(configOf(world), 'concurrent = \n');
  return ended;
}

describe('register', () => {
  it('makes a runner with a personal access token, and it runs', async () => {
    await using world = await World.create();
    const { adminToken: GITLAB_TOKEN } = world.gitlab;
    const args = ['--type', 'instance_type', '--tag-list', 'gpu', '--executor', 'shell'];
    const ended = await register(world, [...args, '--name', 'cellar'], { GITLAB_TOKEN });
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toMatch(/^runner \d+ "cellar" of http\S+ is in \S+config\.toml; /);
    const [made] = world.gitlab.runners.filter((runner) => runner.description === 'cellar');
    expect(made).toMatchObject({ tag_list: ['gpu'], runner_type: 'instance_type' });
    const text = readFileSync(configOf(world), 'utf8');
    expect(text).toMatch(
      /^concurrent = 1\n\n\[\[runners\]\]\n {2}name = "cellar"\n {2}url = "http:\/\/[\d.:]+"\n {2}id = \d+\n {2}token = "glrt-t1_\S+"\n {2}token_obtained_at = \S+Z\n {2}token_expires_at = 0001-01-01T00:00:00Z\n {2}executor = "shell"\n$/,
    );
    expect(statSync(configOf(world)).mode & 0o777).toBe(0o600);
    const job = world.gitlab.job({ tags: ['gpu'], variables: { GIT_STRATEGY: 'none' } });
    const store = ['--store', world.home.file('jobs.db'), '--max-jobs', '1'];
    const run = await world.call(['run', '--config', configOf(world), ...store]);
    expect(run.exitCode).toBe(0);
    expect(job.status).toBe('success');
  });

  it('takes a runner that was made in GitLab, by the environment alone', async () => {
    await using world = await World.create();
    const { id, token } = await world.makeRunner();
    const handler = world.home.write('job.mjs', 'export default { step() {} };');
    writeFileSync(configOf(world), MINE);
    const ended = await register(world, ['--handler', handler], {
      CI_SERVER_TOKEN: token,
      RUNNER_NAME: 'from env',
      RUNNER_LIMIT: '2',
      RUNNER_ENV: 'A=1,B=2',
      RUNNER_TAG_LIST: '',
    });
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(0);
    const text = readFileSync(configOf(world), 'utf8');
    expect(text.startsWith(`${MINE}\n[[runners]]\n  name = "from env"\n`)).toBe(true);
    expect(text).toContain(`  id = ${id}\n  token = "${token}"\n`);
    expect(text).toContain(`  limit = 2\n  executor = "handler"\n  handler = "${handler}"\n`);
    expect(text).toContain('environment = [ "A=1", "B=2" ]');
  });

  it('registers the old way where GitLab still lets it', async () => {
    await using world = await World.create();
    const { registrationToken } = world.gitlab;
    world.gitlab.settings({ allow_runner_registration_token: true });
    const args = ['-r', registrationToken, '--executor', 'shell', '--run-untagged=false'];
    const ended = await register(world, [...args, '--tag-list', 'a', '--description', 'old']);
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toContain('others on this machine can see what -r says');
    expect(ended.stderr).not.toContain(registrationToken);
    expect(world.gitlab.runners.at(-1)).toMatchObject({ description: 'old', tag_list: ['a'] });
    expect(readFileSync(configOf(world), 'utf8')).toContain('token = "t1_');
  });

  it('explains what to do where GitLab takes no registration token any more', async () => {
    await using world = await World.create();
    world.gitlab.settings({ allow_runner_registration_token: false });
    const REGISTRATION_TOKEN = world.gitlab.registrationToken;
    const ended = await register(world, ['--executor', 'shell'], { REGISTRATION_TOKEN });
    expectRefusal(ended, 4, /takes no registration tokens any more \(410\): make the runner in/);
    expect(existsSync(configOf(world))).toBe(false);
  });

  it.each([
    [4, { CI_SERVER_TOKEN: 'glrt-unknown' }, /runner token was rejected by http\S+ \(403\)/],
    [4, { REGISTRATION_TOKEN: 'unknown' }, /registration token was rejected by http\S+ \(403\)/],
    [5, { CI_SERVER_TOKEN: 'glrt-x', CI_SERVER_URL: 'http://127.0.0.1:9' }, /cannot be reached/],
  ])('leaves no file behind where it ends with %d: %j', async (exitCode, env, words) => {
    await using world = await World.create();
    world.gitlab.settings({ allow_runner_registration_token: true });
    expectRefusal(await register(world, ['--executor', 'shell'], env), exitCode, words);
    expect(readdirSync(world.home.path)).toEqual([]);
  });

  it.each([
    [
      2,
      {},
      [],
      /needs --url \(CI_SERVER_URL\); and --token \(CI_SERVER_TOKEN\), or .*; and --exec/,
    ],
    [2, { CI_SERVER_TOKEN: 'glrt-x' }, ['--executor', 'docker'], /"docker" is none of shell, hand/],
    [2, { CI_SERVER_TOKEN: 'glrt-x' }, ['--tag-list', 'a', '--executor', 'shell'], /--tag-list ca/],
    [2, { CI_SERVER_TOKEN: 'glpat-x' }, ['--executor', 'shell'], /is given as GITLAB_TOKEN/],
    [2, { CI_SERVER_TOKEN: 'glrt-x' }, ['-r', 'x', '--executor', 'shell'], /exclude each other/],
    [
      2,
      {},
      ['--project-id', '1', '--executor', 'shell'],
      /personal access token for .* is missing/,
    ],
    [3, { CI_SERVER_TOKEN: 'glrt-x' }, ['--handler', '/no.mjs'], /\/no\.mjs does not exist/],
  ])('ends with %d before it asks GitLab: %j %j', async (exitCode, env, args, words) => {
    await using world = await World.create();
    const CI_SERVER_URL = args.length === 0 ? undefined : world.gitlab.url;
    const surroundings = { CI_SERVER_URL, CONFIG_FILE: configOf(world), GITLAB_TOKEN: undefined };
    for (const [key, value] of Object.entries({ ...surroundings, ...env })) vi.stubEnv(key, value);
    const outcome = runProgram(['register', ...args]).catch(toErrorReport);
    expect(await outcome).toMatchObject({
      exitCode,
      line: expect.stringMatching(words) as unknown,
    });
    expect(world.gitlab.requests).toEqual([]);
    expect(readdirSync(world.home.path)).toEqual([]);
  });

  it('asks GitLab for nothing where the file cannot be written', async () => {
    await using world = await World.create();
    world.home.write('folder', '');
    const CONFIG_FILE = join(world.home.file('folder'), 'config.toml');
    const env = { CONFIG_FILE, GITLAB_TOKEN: world.gitlab.adminToken };
    const args = ['--type', 'instance_type', '--executor', 'shell'];
    expectRefusal(await register(world, args, env), 3, `The configuration ${CONFIG_FILE} cannot `);
    expect(world.gitlab.requests).toEqual([]);
  });

  it('asks GitLab for nothing where the file has an error, and names the line', async () => {
    await using world = await World.create();
    writeFileSync(configOf(world), 'concurrent = 1\n[[runners]\n');
    const { token } = await world.makeRunner();
    const before = world.gitlab.requests.length;
    const ended = await register(world, ['--executor', 'shell'], { CI_SERVER_TOKEN: token });
    expectRefusal(ended, 3, /config\.toml:2:\d+: /);
    expect(world.gitlab.requests).toHaveLength(before);
  });

  it('deletes the runner again where the file turns bad while GitLab makes it', async () => {
    await using world = await World.create();
    const ended = await registerIntoBadFile(world);
    expectRefusal(
      ended,
      3,
      /config\.toml:1:\d+: .* The runner that GitLab had made is deleted again/,
    );
    expect(world.gitlab.runners).toHaveLength(1);
    expect(readFileSync(configOf(world), 'utf8')).toBe('concurrent = \n');
  });

  it('names the runner that it could not delete again', async () => {
    await using world = await World.create();
    world.gitlab.faults.add({ method: 'DELETE', status: 500, times: 100 });
    const ended = await registerIntoBadFile(world);
    const id = world.gitlab.runners.at(-1)?.id;
    expectRefusal(ended, 3, `GitLab has the runner ${id}, whose token is lost: delete it there`);
  });

  it('says that GitLab may have made a runner where its answer was lost', async () => {
    await using world = await World.create();
    world.gitlab.faults.add({ method: 'POST', path: '/user/runners$', drop_after: true });
    const env = { GITLAB_TOKEN: world.gitlab.adminToken };
    const ended = await register(world, ['--type', 'instance_type', '--executor', 'shell'], env);
    expectRefusal(ended, 5, /may have made the runner all the same: fellrunner runners list/);
    expect(readdirSync(world.home.path)).toEqual([]);
  });

  it('knows a GitLab by the authority that is named, and names it in the file', async () => {
    await using world = await World.create();
    const authority = new Authority('cellar');
    const certificate = authority.certify({ names: ['localhost'] });
    await using front = await startTlsFront(world.gitlab.url, certificate);
    const caFile = world.home.write('ca.pem', authority.cert);
    const { token: CI_SERVER_TOKEN } = await world.makeRunner();
    const env = { CI_SERVER_URL: `https://localhost:${front.port}`, CI_SERVER_TOKEN };
    const unknown = await register(world, ['--executor', 'shell'], env);
    expectRefusal(
      unknown,
      5,
      /certificate is signed by an authority that is not known here; .* tls-ca-file/,
    );
    const named = { ...env, CI_SERVER_TLS_CA_FILE: caFile };
    expect((await register(world, ['--executor', 'shell'], named)).exitCode).toBe(0);
    expect(readFileSync(configOf(world), 'utf8')).toContain(`tls-ca-file = "${caFile}"`);
    const verified = await world.call(['verify', '--config', configOf(world)]);
    expect(verified.stdout).toContain('\tgood\t');
    const address = ['--url', env.CI_SERVER_URL];
    const untrusted = await world.admin(['runners', 'list', '--all', ...address]);
    expectRefusal(untrusted, 5, /certificate is not trusted .* Name its authority by tls-ca-file/);
    const access = [...address, '--tls-ca-file', caFile];
    const list = await world.admin(['runners', 'list', '--all', ...access]);
    expect(list.exitCode).toBe(0);
  });

  it('refuses a token that the file has already', async () => {
    await using world = await World.create();
    const { token } = await world.makeRunner();
    const env = { CI_SERVER_TOKEN: token };
    expect((await register(world, ['--executor', 'shell'], env)).exitCode).toBe(0);
    const before = readFileSync(configOf(world), 'utf8');
    const ended = await register(world, ['--executor', 'shell'], env);
    expectRefusal(ended, 3, /config\.toml:7: a runner with this token is there already/);
    expect(readFileSync(configOf(world), 'utf8')).toBe(before);
  });
});

/** Two runners of the test's GitLab and one that it does not know, in one file. */
async function threeRunners(world: World) {
  const [one, other] = [await world.makeRunner(), await world.makeRunner()];
  const entry = (name: string, token: string): string =>
    `# About ${name}.\n[[runners]]\n  name = "${name}" # mine\n  url = "${world.gitlab.url}/"\n  token = "${token}"\n  executor = "shell"\n`;
  const entries = {
    one: entry('one', one.token),
    gone: entry('gone', 'glrt-t1_gone'),
    other: entry('other', other.token),
  };
  const write = (text: string): void => writeFileSync(configOf(world), text);
  const read = (): string => readFileSync(configOf(world), 'utf8');
  write(`${MINE}\n${entries.one}\n${entries.gone}\n${entries.other}`);
  const call = (...args: string[]) => world.call([...args], { CONFIG_FILE: configOf(world) });
  return { one, other, entries, read, write, call };
}

describe('verify', () => {
  it('tells which tokens GitLab refuses, and ends with 4', async () => {
    await using world = await World.create();
    const { call, read } = await threeRunners(world);
    const before = read();
    const { exitCode, stdout } = await call('verify');
    const { url } = world.gitlab;
    expect(stdout).toBe(`one\tgood\t${url}/\t\ngone\trefused\t${url}/\t\nother\tgood\t${url}/\t\n`);
    expect(exitCode).toBe(4);
    expect(read()).toBe(before);
    expect((await call('verify', '--name', 'one')).exitCode).toBe(0);
  });

  it('takes out those that are refused when told to, and leaves all else as it is', async () => {
    await using world = await World.create();
    const { call, entries, read } = await threeRunners(world);
    const { exitCode } = await call('verify', '--delete');
    expect(exitCode).toBe(0);
    expect(read()).toBe(`${MINE}\n${entries.one}\n${entries.other}`);
  });

  it('takes out none whose server cannot be asked, and ends with 5', async () => {
    await using world = await World.create();
    const { call, entries, read, write } = await threeRunners(world);
    write(entries.one.replace(world.gitlab.url, 'http://127.0.0.1:9'));
    const before = read();
    const { exitCode, stdout } = await call('verify', '--delete');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(
      /^one\tnot known\t.*\tGitLab at http:\/\/127\.0\.0\.1:9 cannot be reached/,
    );
    expect(read()).toBe(before);
  });

  it('suggests the name that was meant', async () => {
    await using world = await World.create();
    const { call } = await threeRunners(world);
    const ended = await call('verify', '--name', 'otter');
    expectRefusal(ended, 1, /No runner is called otter; did you mean other\?/);
  });
});

describe('unregister', () => {
  it('takes a runner that was made in GitLab off this machine alone', async () => {
    await using world = await World.create();
    const { call, entries, one, read } = await threeRunners(world);
    const { exitCode, stdout } = await call('unregister', '--name', 'one');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('stays at');
    expect(world.answers('DELETE', /runners\/managers$/)).toHaveLength(1);
    expect(read()).toBe(`${MINE}\n${entries.gone}\n${entries.other}`);
    expect(world.gitlab.runners.map(({ id }) => id)).toContain(one.id);
  });

  it('takes out an entry whose token is a variable, and no other of the same variable', async () => {
    await using world = await World.create();
    const { entries, one, other, read, write } = await threeRunners(world);
    const [first, second] = [
      entries.one.replace(one.token, '$MY_TOKEN'),
      entries.other.replace(other.token, '$MY_TOKEN'),
    ];
    write(`${first}\n${second}`);
    const env = { CONFIG_FILE: configOf(world), MY_TOKEN: one.token };
    const ended = await world.call(['unregister', '--name', 'other'], env);
    expect(ended.exitCode).toBe(0);
    expect(read()).toBe(first);
  });

  it('deletes the runner itself when told to', async () => {
    await using world = await World.create();
    const { call, other, read } = await threeRunners(world);
    const args = ['unregister', '--token', other.token, '--delete-runner'];
    expect((await call(...args)).exitCode).toBe(0);
    expect(read()).not.toContain('other');
    expect(world.gitlab.runners.map(({ id }) => id)).not.toContain(other.id);
  });

  it('goes on with the others where GitLab refuses one, whose entry stays', async () => {
    await using world = await World.create();
    const { call, entries, read } = await threeRunners(world);
    const ended = await call('unregister', '--all-runners', '--delete-runner');
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toMatch(
      /^fellrunner: The runner gone stays in the file: .* verify --delete/,
    );
    expect(read()).toBe(`${MINE}\n${entries.gone}`);
  });

  it('asks which, where none is named', async () => {
    await using world = await World.create();
    const { call } = await threeRunners(world);
    expectRefusal(await call('unregister'), 2, /say which runner: --name NAME, or --token TOKEN/);
  });
});

describe('reset-token', () => {
  it('puts the new token in the place of the old one, and nothing else', async () => {
    await using world = await World.create();
    const { call, one, read } = await threeRunners(world);
    const before = read();
    const { exitCode, stdout } = await call('reset-token', '--name', 'one');
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/glrt-/);
    const [, token = ''] = /name = "one"[^]*?token = "([^"]+)"/.exec(read()) ?? [];
    expect(token).not.toBe(one.token);
    const noted = /\n {2}token_\w+_at = \S+/g;
    expect(read().replace(token, one.token).replace(noted, '')).toBe(before);
    expect((await call('verify', '--name', 'one')).exitCode).toBe(0);
  });

  it('resets none that the file takes from a variable: it could not be kept', async () => {
    await using world = await World.create();
    const { entries, one, write } = await threeRunners(world);
    write(entries.one.replace(one.token, '$MY_TOKEN'));
    const ended = await world.call(['reset-token', '--name', 'one'], {
      CONFIG_FILE: configOf(world),
      MY_TOKEN: one.token,
    });
    expectRefusal(ended, 3, /no entry has the token written in it, so that it cannot be replaced/);
    expect(world.answers('POST', /reset_authentication_token/)).toEqual([]);
  });

  it('says that the token is lost where GitLab made one and its answer did not come', async () => {
    await using world = await World.create();
    const { call, read } = await threeRunners(world);
    world.gitlab.faults.add({ path: '/reset_authentication_token$', drop_after: true, times: 1 });
    const before = read();
    const ended = await call('reset-token', '--name', 'one');
    expectRefusal(ended, 5, /GitLab has replaced the token, and the new one was lost on the way/);
    expect(read()).toBe(before);
  });

  it('prints the new token where it cannot be kept, since nobody else has it', async () => {
    await using world = await World.create();
    const { call, read, one, write } = await threeRunners(world);
    world.gitlab.faults.add({ path: '/reset_authentication_token$', delay_ms: 1500 });
    const ended = call('reset-token', '--name', 'one');
    const asked = (): unknown => world.answers('POST', /reset_authentication_token$/);
    await expect.poll(asked, { timeout: 20_000 }).toEqual([null]);
    write(read().replace(one.token, 'glrt-t1_changed'));
    const { exitCode, stderr, stdout } = await ended;
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^glrt-t1_[\w-]+\n$/);
    expect(stderr).toContain('The old token is void; the new one is on standard output');
  });
});

describe('list', () => {
  it('has the runners of a file, without their tokens and without asking GitLab', async () => {
    await using world = await World.create();
    const { call } = await threeRunners(world);
    const before = world.gitlab.requests.length;
    const { stdout } = await call('list');
    expect(stdout.split('\n')[1]).toBe(`gone\t\tshell\t${world.gitlab.url}/`);
    expect(stdout).not.toContain('glrt-');
    const json = await call('list', '--json');
    expect(JSON.parse(json.stdout)).toHaveLength(3);
    expect(world.gitlab.requests).toHaveLength(before);
  });

  it('says where it looked', async () => {
    await using world = await World.create();
    rmSync(configOf(world), { force: true });
    const ended = await world.call(['list', '--config', configOf(world)]);
    expectRefusal(ended, 3, `The configuration ${configOf(world)} does not exist, or is empty`);
  });
});
