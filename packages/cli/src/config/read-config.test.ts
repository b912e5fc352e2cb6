import { Secret } from '@fellrunner/core';
import { describe, expect, it } from 'vitest';

import { parseConfig, type Config } from './read-config.ts';

const TOKEN = 'glrt-verysecrettoken';

function read(text: string, env: NodeJS.ProcessEnv = {}): Config {
  const source = { file: '/etc/fellrunner/config.toml', text };
  return parseConfig(source, {
    token: undefined,
    workFolder: '/var/lib/fellrunner',
    buildsDir: '/var/lib/fellrunner/builds',
    concurrent: undefined,
    user: undefined,
    env,
  });
}

function complaint(text: string): string {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

const SHELL = `[[runners]]
url = "https://gitlab.example.com"
token = "${TOKEN}"
executor = "shell"
`;

describe('a config.toml of gitlab-runner', () => {
  it('is read as gitlab-runner reads it', () => {
    const { concurrent, logFormat, runners, shutdownTimeoutMs } = read(`
concurrent = 4
check_interval = 0
log_format = "runner"
shutdown_timeout = 60
[[runners]]
  name = "one"
  url = "https://gitlab.example.com/"
  id = 7
  token = "${TOKEN}"
  token_obtained_at = 2024-01-01T00:00:00Z
  executor = "shell"
  limit = 2
  output_limit = 512
  request_concurrency = 3
  builds_dir = "/srv/builds"
  environment = ["A=1"]
  [runners.custom_build_dir]
    enabled = false
  [runners.feature_flags]
    FF_TIMESTAMPS = true
`);
    expect({ concurrent, logFormat, shutdownTimeoutMs }).toEqual({
      concurrent: 4,
      logFormat: 'text',
      shutdownTimeoutMs: 60_000,
    });
    expect(runners).toEqual([
      {
        name: 'one',
        url: 'https://gitlab.example.com/',
        token: expect.any(Secret) as Secret,
        limit: 2,
        outputLimitBytes: 512 * 1024,
        requestConcurrency: 3,
        checkIntervalMs: undefined,
        info: {},
        tls: {},
        tokenPlace: {
          file: '/etc/fellrunner/config.toml',
          obtainedAt: expect.any(Date) as Date,
          expiresAt: undefined,
        },
        work: {
          kind: 'shell',
          options: {
            buildsDir: '/srv/builds',
            cacheDir: '/var/lib/fellrunner/cache',
            environment: ['A=1'],
            customBuildDir: false,
            featureFlags: { FF_TIMESTAMPS: true },
          },
        },
      },
    ]);
    expect(runners[0]?.token.reveal()).toBe(TOKEN);
  });

  it('gives a runner the labels of all, and its own before them', () => {
    const text = `labels = { env = "test", region = "eu" }\n${SHELL}  [runners.labels]\n    env = "prod"\n`;
    expect(read(text).runners[0]?.info.labels).toEqual({ env: 'prod', region: 'eu' });
  });

  it('takes url and token from environment variables where it names them', () => {
    const text = SHELL.replace(TOKEN, '$RUNNER_TOKEN').replace(
      'https://gitlab',
      '${SCHEME}://gitlab',
    );
    const [runner] = read(text, { RUNNER_TOKEN: TOKEN, SCHEME: 'http' }).runners;
    expect(runner?.token.reveal()).toBe(TOKEN);
    expect(runner?.url).toBe('http://gitlab.example.com');
  });

  it('names the keys that are not used here once', () => {
    const { warnings } = read(
      `sentry_dsn = ""\n${SHELL}[runners.cache]\n${SHELL}[runners.cache]\n`,
    );
    expect(warnings).toEqual(['/etc/fellrunner/config.toml: not used here: sentry_dsn, cache']);
  });

  it('leaves out an entry with another executor, and says so', () => {
    const { runners, warnings } = read(SHELL + SHELL.replace('"shell"', '"docker"'));
    expect(runners).toHaveLength(1);
    expect(warnings).toEqual([
      'the runner "runner-2" is left out: its executor "docker" is none of shell, handler',
    ]);
  });
});

describe('an entry with a handler', () => {
  it('finds its module from the folder of the config.toml, and says of itself what it should', () => {
    const [runner] = read(`[[runners]]
url = "https://gitlab.example.com"
token = "${TOKEN}"
executor = "handler"
handler = "job.ts"
info.version = "7"
`).runners;
    expect(runner?.work).toEqual({
      kind: 'handler',
      file: '/etc/fellrunner/job.ts',
      environment: {},
    });
    expect(runner?.info).toEqual({ version: '7' });
  });
});

describe('a config.toml with a mistake in it', () => {
  it.each([
    [`concurent = 4\n${SHELL}`, 'config.toml:1: unknown key concurent; did you mean concurrent?'],
    [`${SHELL}exectuor = 1\n`, ':5: unknown key exectuor in [[runners]]; did you mean executor?'],
    [`${SHELL}frobnicate = 1\nx9 = 2`, 'frobnicate in [[runners]] (and 1 more unknown)'],
    [`${SHELL}[runners.info]\nverison = "1"\n`, ':6: unknown key verison in [runners.info]; did'],
    [`concurrent = "4"\n${SHELL}`, ':1: concurrent: expected number, received string'],
    [`${SHELL}limit = -1\n`, ':5: runners.limit: '],
    [`${SHELL}environment = ["A"]\n`, ':5: runners.environment: expected KEY=value'],
    [`[[runners]]\nurl = "https://x"\n`, ':1: runners.executor is missing'],
    ['concurrent = 1\n', 'runners is missing'],
    [`${SHELL}token = "again"\n`, 'config.toml:5:'],
    ['[[runners]\n', 'config.toml:1:'],
    [SHELL.replace('https://', 'htps://'), ':2: url is no address of a GitLab'],
    [SHELL.replace(TOKEN, ''), ':3: the runner "runner-1" has no token'],
    [SHELL.replace(TOKEN, '$NOWHERE'), ':3: token: the variable NOWHERE is not set'],
    [SHELL.replace('"shell"', '"handler"'), ':4: the runner "runner-1" needs handler = "FILE"'],
    [SHELL.replace('"shell"', '"docker"'), ':4: the runner "runner-1" is left out'],
  ])('%j is told by line and key', (text, told) => {
    expect(complaint(text)).toContain(told);
  });

  it('never shows a token', () => {
    expect(complaint(`${SHELL}token = "${TOKEN}"`)).not.toContain(TOKEN);
    expect(complaint(SHELL.replace(TOKEN, `two ${TOKEN}`))).not.toContain(TOKEN);
  });
});
