import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { UsageError } from '../src/exit-code.ts';
import { runProgram } from '../src/program.ts';
import { toErrorReport } from '../src/report-error.ts';

import { isOneLine, World } from './support/world.ts';
import { TempFolder } from './support/temp-folder.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

afterEach(() => vi.unstubAllEnvs());

function parse(json: string): unknown {
  return JSON.parse(json) as unknown;
}

describe('runners list', () => {
  it('prints all of 500 runners as one JSON array, however late its reader is', async () => {
    await using world = await World.create();
    await Promise.all(
      Array.from({ length: 499 }, (_, n) => world.makeRunner({ description: `runner ${n}` })),
    );
    const { adminToken, url } = world.gitlab;
    const options = ['--conditions=@fellrunner/source', MAIN];
    const child = spawn(process.execPath, [...options, 'runners', 'list', '--all', '--json'], {
      env: { ...process.env, GITLAB_URL: url, GITLAB_TOKEN: adminToken },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // The pipe is full long before the first byte is taken out of it.
    await once(child.stdout, 'readable');
    const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(parse(printed)).toHaveLength(500);
  });

  it.each([
    [['--tag-list', 'gpu,big'], ['both']],
    [
      ['--tag-list', 'gpu'],
      ['both', 'one'],
    ],
    [['--paused'], ['asleep']],
    [
      ['--paused=false', '--type', 'instance', '--status', 'never_contacted'],
      ['both', 'one'],
    ],
    [['--type', 'project_type'], []],
    [['--version-prefix', '19.4.'], []],
  ])('finds the runners that %j asks for', async (filter, found) => {
    await using world = await World.create();
    await world.makeRunner({ description: 'both', tag_list: ['gpu', 'big'] });
    await world.makeRunner({ description: 'one', tag_list: ['gpu'] });
    await world.makeRunner({ description: 'asleep', paused: true });
    vi.stubEnv('GITLAB_URL', world.gitlab.url);
    vi.stubEnv('GITLAB_TOKEN', world.gitlab.adminToken);
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const exitCode = await runProgram(['runners', 'list', '--all', ...filter]);
    const stdout = print.mock.calls.map(([chunk]) => String(chunk)).join('');
    print.mockRestore();
    expect(exitCode).toBe(0);
    const descriptions = stdout.split('\n').map((line) => line.split('\t').at(-1));
    expect(descriptions.filter((name) => ['asleep', 'both', 'one'].includes(name ?? ''))).toEqual(
      found,
    );
  });

  it("has those of a project by its path, and GitLab's names in JSON", async () => {
    await using world = await World.create();
    const project = await world.make('/projects', { path: 'mine' });
    const place = { runner_type: 'project_type', project_id: project['id'] };
    const { id } = await world.makeRunner({ ...place, description: 'its own' });
    const path = String(project['path_with_namespace']);
    const { stdout } = await world.admin(['runners', 'list', '--project', path, '--json']);
    expect(parse(stdout)).toContainEqual(
      expect.objectContaining({ id, runner_type: 'project_type', paused: false, ip_address: null }),
    );
  });

  it('says nothing of colors where no terminal is', async () => {
    await using world = await World.create();
    const { stdout } = await world.admin(['runners', 'list', '--all']);
    expect(stdout).toMatch(/^1\tnever contacted\tinstance\tidle\t\d+s\temulator\n$/);
  });
});

describe('a runner by its number', () => {
  it('is shown, changed, paused, resumed and deleted', async () => {
    await using world = await World.create();
    const { id } = await world.makeRunner({ description: 'before', maximum_timeout: 700 });
    const name = String(id);
    const changes = ['--description', 'after', '--tag-list', 'a,b', '--locked=true'];
    const changed = await world.admin([
      'runners',
      'update',
      name,
      ...changes,
      '--maximum-timeout',
      'none',
      '--json',
    ]);
    expect(parse(changed.stdout)).toMatchObject({
      description: 'after',
      tag_list: ['a', 'b'],
      locked: true,
      maximum_timeout: null,
    });
    const paused = await world.admin(['runners', 'pause', name]);
    expect(paused.stdout).toBe(`runner ${id} is paused\n`);
    const shown = await world.admin(['runners', 'get', name]);
    expect(shown.stdout).toMatch(/^runner +\d+ \(instance\)\ndescription +after\n/);
    expect(shown.stdout).toMatch(/^jobs +paused\ntags +a, b$/m);
    const resumed = await world.admin(['runners', 'resume', `#${id}`]);
    expect(resumed.stdout).toBe(`runner ${id} gets jobs\n`);
    const deleted = await world.admin(['runners', 'delete', name]);
    expect(deleted.stdout).toBe(`runner ${id} deleted\n`);
    expect(world.gitlab.runners.some((runner) => runner.id === id)).toBe(false);
  });

  it('takes the jobs of a further project, and no more', async () => {
    await using world = await World.create();
    const one = await world.make('/projects', { path: 'one' });
    const other = await world.make('/projects', { path: 'other' });
    const place = { runner_type: 'project_type', project_id: one['id'] };
    const { id } = await world.makeRunner(place);
    const path = String(other['path_with_namespace']);
    const listProjects = async (): Promise<string> =>
      (await world.admin(['runners', 'projects', String(id)])).stdout;
    const enabled = await world.admin(['runners', 'enable', String(id), '--project', path]);
    expect(enabled.stdout).toBe(`runner ${id} takes jobs of ${path}\n`);
    expect(await listProjects()).toContain(path);
    const disabled = await world.admin(['runners', 'disable', String(id), '--project', path]);
    expect(disabled.exitCode).toBe(0);
    expect(await listProjects()).not.toContain(path);
  });

  it('has its processes and its jobs listed, the newest job first', async () => {
    await using world = await World.create();
    world.gitlab.jobs({ count: 3 });
    for (let taken = 0; taken < 3; taken += 1) {
      await fetch(`${world.gitlab.url}/api/v4/jobs/request`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: world.gitlab.runnerToken, system_id: 's_here' }),
      });
    }
    const managers = await world.admin(['runners', 'managers', '1', '--json']);
    expect(parse(managers.stdout)).toMatchObject([{ system_id: 's_here', status: 'online' }]);
    const jobs = await world.admin(['runners', 'jobs', '1', '--limit', '2', '--json']);
    const ids = (parse(jobs.stdout) as { id: number }[]).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBeGreaterThan(ids[1] ?? 0);
    expect(jobs.stderr).toContain('more than 2 jobs; --limit 0 lists all');
  });
});

describe('a token', () => {
  it('that is made is all that standard output has', async () => {
    await using world = await World.create();
    const { exitCode, stderr, stdout } = await world.admin([
      'runners',
      'create',
      '--type',
      'instance_type',
      '--tag-list',
      'a',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^glrt-t1_[\w-]{20}\n$/);
    expect(stderr).toMatch(/^fellrunner: runner \d+ is made; its token is not told again\.\n$/);
    const verified = await fetch(`${world.gitlab.url}/api/v4/runners/verify`, {
      method: 'POST',
      body: new URLSearchParams({ token: stdout.trim() }),
    });
    expect(verified.status).toBe(200);
  });

  it('takes the place of another', async () => {
    await using world = await World.create();
    const { id, token } = await world.makeRunner();
    const { stdout } = await world.admin(['runners', 'reset-token', String(id), '--json']);
    expect(parse(stdout)).toEqual({
      token: expect.stringMatching(/^glrt-t1_/) as unknown,
      token_expires_at: null,
    });
    expect(stdout).not.toContain(token);
  });

  it('is in nothing else that is printed', async () => {
    await using world = await World.create();
    const { id, token } = await world.makeRunner({ description: 'a' });
    for (const args of [
      ['list', '--all', '--json'],
      ['get', String(id), '--json'],
    ]) {
      const { stderr, stdout } = await world.admin(['runners', ...args]);
      expect(stdout).toContain('"description": "a"');
      expect(stdout + stderr).not.toContain(token);
      expect(stdout + stderr).not.toContain(world.gitlab.adminToken);
    }
  });
});

describe('address and token', () => {
  const config = (url: string, token: string): string =>
    `[global]\ndefault = here\n[here]\nurl = ${url}/\nprivate_token = ${token}\n`;

  it("come from python-gitlab's configuration", async () => {
    await using world = await World.create();
    const { adminToken, url } = world.gitlab;
    world.home.write('.python-gitlab.cfg', config(url, adminToken));
    expect((await world.call(['runners', 'get', '1'])).exitCode).toBe(0);
  });

  it('come from its helper, of the section that is named, in the file that is', async () => {
    await using world = await World.create();
    const { adminToken, url } = world.gitlab;
    world.home.write('secret', `${adminToken}\n`);
    const other = `[other]\nurl = ${url}\nprivate_token = helper: cat ~/secret\n`;
    const file = world.home.write('my.cfg', `${config('https://gitlab.invalid', 'x')}${other}`);
    const env = { PYTHON_GITLAB_CFG: file, GITLAB_TOKEN: 'not-this-one' };
    const ended = await world.call(['runners', 'get', '1', '--gitlab', 'other'], env);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(0);
  });

  it('come from a file and an option before all else', async () => {
    await using world = await World.create();
    const { adminToken, url } = world.gitlab;
    const file = world.home.write('token', `${adminToken}\n`);
    const args = ['runners', 'get', '1', '--url', url, '--token-file', file];
    const env = { GITLAB_TOKEN: 'not-this-one', CI_SERVER_URL: 'https://gitlab.invalid' };
    expect((await world.call(args, env)).exitCode).toBe(0);
  });

  it("of python-gitlab's configuration are not sent to another server", async () => {
    await using world = await World.create();
    world.home.write('.python-gitlab.cfg', config('https://gitlab.invalid', 'glpat-secret'));
    const ended = await world.call(['runners', 'get', '1', '--url', world.gitlab.url]);
    expect(ended.exitCode).toBe(2);
    expect(isOneLine(ended)).toBe(true);
    expect(ended.stderr).toContain('is for https://gitlab.invalid');
    expect(world.gitlab.requests).toEqual([]);
  });

  it.each([
    [['list'], {}, /GitLab's address is missing: give --url/],
    [['list'], { GITLAB_URL: 'http://127.0.0.1:9' }, /a personal access token for .* is missing/],
    [['list', '--gitlab', 'x'], {}, /no section x; there are none/],
    [['list', '--stauts', 'online'], {}, /Did you mean --status\?/],
    [['lst'], {}, /Did you mean list\?/],
    [['list', '--all', '--group', '1'], {}, /exclude each other/],
    [['get', 'seven'], {}, /A runner is named by its number/],
    [['update', '7'], {}, /nothing is said to change/],
    [['create'], {}, /say whose the runner is to be/],
    [['create', '--type', 'group'], {}, /group_type needs --group-id/],
    [['create', '--group-id', '1', '--project-id', '1'], {}, /say different things/],
    [['enable', '7'], {}, /--project <PROJECT>' not specified/],
  ])('are asked for where they are missing or wrong: %j %j', async (args, env, words) => {
    using home = new TempFolder();
    for (const key of ['GITLAB_URL', 'CI_SERVER_URL', 'GITLAB_TOKEN', 'GITLAB_PRIVATE_TOKEN']) {
      vi.stubEnv(key, undefined);
    }
    for (const [key, value] of Object.entries({ ...env, HOME: home.path })) vi.stubEnv(key, value);
    const outcome = runProgram(['runners', ...args]);
    await expect(outcome).rejects.toThrow(words);
    await expect(outcome).rejects.toBeInstanceOf(UsageError);
  });
});

describe('a call that does not succeed', () => {
  it.each([
    [1, ['get', '99'], {}, /404 Runner Not Found/],
    [4, ['list'], { GITLAB_TOKEN: 'glpat-unknown' }, /401 Unauthorized; the token is missing/],
    [5, ['list'], { GITLAB_URL: 'http://127.0.0.1:9' }, /cannot be reached: nothing listens/],
    [5, ['list'], { GITLAB_URL: 'http://gitlab.invalid' }, /cannot be reached/],
    [3, ['list'], { PYTHON_GITLAB_CFG: '/nowhere', GITLAB_TOKEN: '' }, /\/nowhere cannot be read/],
    [3, ['list', '--token-file', '/nowhere'], {}, /token file \/nowhere cannot be read/],
    [3, ['list', '--tls-ca-file', '/nowhere'], {}, /tls-ca-file \/nowhere cannot be read/],
  ])('ends with %d: %j %j', async (exitCode, args, env, words) => {
    await using world = await World.create();
    const { adminToken: GITLAB_TOKEN, url: GITLAB_URL } = world.gitlab;
    const surroundings = { GITLAB_URL, GITLAB_TOKEN, HOME: world.home.path, ...env };
    for (const [key, value] of Object.entries(surroundings)) vi.stubEnv(key, value);
    const report = await runProgram(['runners', ...args]).catch(toErrorReport);
    expect(report).toMatchObject({ exitCode, line: expect.stringMatching(words) as unknown });
  });

  it('says so in one line, without a word on standard output and without a token', async () => {
    await using world = await World.create();
    const ended = await world.admin(['runners', 'get', '99']);
    expect(isOneLine(ended), ended.stderr).toBe(true);
    expect(ended.exitCode).toBe(1);
  });

  it('ends with 4 where a token lacks the scope, which is named', async () => {
    await using world = await World.create();
    const user = { username: 'ada', admin: true, scopes: ['read_api'] };
    const { token } = await world.make('/users', user);
    const ended = await world.admin(['runners', 'pause', '1'], { GITLAB_TOKEN: String(token) });
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toMatch(/one of these scopes is needed: .*manage_runner/);
  });
});
