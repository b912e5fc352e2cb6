import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { expect, onTestFinished, test } from 'vitest';

import { registerRunner } from '../../chaos/register-runner.ts';
import { RunnerProcess } from '../../chaos/runner-process.ts';
import { until } from '../../chaos/until.ts';
import { processTree, readProcess, secretsBelow, secretsIn } from './search-for-secrets.ts';

const handler = join(import.meta.dirname, '../handlers/says-secrets.ts');
const secret = (what: string): string => `${what}-${randomBytes(12).toString('hex')}`;

/** What the jobs say, each a secret of theirs. */
const ofJobs = {
  PASSWORD: secret('password'),
  SESSION: secret('session'),
  KEY_FILE: `${secret('file')}\n${secret('second-line')}`,
  registry: secret('registry'),
};

/** What the runner alone may know. */
const ofRunner = {
  STORE_KEY: randomBytes(32).toString('base64'),
  GITLAB_TOKEN: secret('glpat'),
};

const SCRIPT = [
  'cat upstream.txt "$KEY_FILE"',
  'echo "$PASSWORD $SESSION $CI_JOB_TOKEN $CI_REGISTRY_PASSWORD" >&2',
  'echo waits; read -r _ < "$GATE" || true; echo "again $PASSWORD"; exit 3',
];

interface Scene {
  readonly folder: string;
  readonly gitlab: Emulator;
  readonly runnerTokens: Readonly<Record<'shell' | 'handler', string>>;
}

/** A runner with all that it may have: a store key, metrics, a log of everything. */
function createRunner({ folder, gitlab, runnerTokens }: Scene, format: string): RunnerProcess {
  const entry = (kind: 'shell' | 'handler', more: string): string => `
[[runners]]
name = "${kind}"
url = "${gitlab.url}"
token = "$TOKEN_OF_${kind.toUpperCase()}"
executor = "${kind}"
${more}
`;
  const config = join(folder, 'config.toml');
  const shell = entry('shell', `builds_dir = "${join(folder, 'builds')}"`);
  writeFileSync(config, `concurrent = 4\n${shell}${entry('handler', `handler = "${handler}"`)}`);
  const tmp = join(folder, 'tmp');
  mkdirSync(tmp, { recursive: true });
  return new RunnerProcess({
    folder,
    name: `in-${format}`,
    store: join(folder, 'store.db'),
    args: `--config ${config} --listen 127.0.0.1:0 --log-level debug --log-format ${format}`.split(
      ' ',
    ),
    env: {
      HOME: folder,
      TMPDIR: tmp,
      FELLRUNNER_STORE_KEY: ofRunner.STORE_KEY,
      GITLAB_TOKEN: ofRunner.GITLAB_TOKEN,
      TOKEN_OF_SHELL: runnerTokens.shell,
      TOKEN_OF_HANDLER: runnerTokens.handler,
    },
  });
}

function queueJobs({ folder, gitlab }: Scene, upstream: EmulatedJob): EmulatedJob[] {
  const masked = { masked: true };
  const spec = {
    dependencies: [upstream.id],
    variables: {
      PASSWORD: { value: ofJobs.PASSWORD, ...masked },
      SESSION: { value: ofJobs.SESSION, ...masked },
      KEY_FILE: { value: ofJobs.KEY_FILE, file: true, ...masked },
    },
    payload: {
      credentials: [
        { type: 'registry', url: 'registry.test', username: 'ci', password: ofJobs.registry },
      ],
    },
  };
  const gate = (path: string): object => ({ ...spec.variables, GATE: join(folder, path) });
  const git = { path: createRepository(join(folder, 'origin')) };
  return [
    gitlab.job({ ...spec, tags: ['shell'], script: SCRIPT, git, variables: { ...gate('pipe') } }),
    gitlab.job({ ...spec, tags: ['handler'], variables: { ...gate('gate/open') } }),
  ];
}

function createRepository(path: string): string {
  mkdirSync(path);
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', ...args], {
      cwd: path,
      stdio: 'ignore',
    });
  git('init', '--initial-branch=main');
  git('commit', '--allow-empty', '--message', 'A change');
  return path;
}

/** Opens the gate that the handler watches and the pipe that the shell reads from. */
function open(folder: string): void {
  writeFileSync(join(folder, 'gate/open'), '');
  closeSync(openSync(join(folder, 'pipe'), constants.O_WRONLY | constants.O_NONBLOCK));
}

async function metricsOf({ logFile }: RunnerProcess): Promise<string> {
  const log = readFileSync(logFile, 'utf8').split('\n');
  const told = log.find((line) => line.includes('metrics are served')) ?? '';
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(told) ?? [];
  return (await fetch(`${url}/metrics`)).text();
}

test.runIf(process.platform === 'linux')(
  'no secret of a job or of the runner is found in any file, log, metric or process',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fellrunner-secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await using gitlab = await startEmulator({
      settings: { update_interval_s: 1, flush_delay_s: 0.1 },
    });
    const runnerTokens = {
      shell: await registerRunner(gitlab, 'shell'),
      handler: await registerRunner(gitlab, 'handler'),
    };
    const scene = { folder, gitlab, runnerTokens };
    const first = createRunner(scene, 'text');
    const second = createRunner(scene, 'json');
    mkdirSync(join(folder, 'gate'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    try {
      first.start();
      const upstream = gitlab.job({
        name: 'upstream',
        stage: 'build',
        tags: ['shell'],
        script: ['echo from upstream > upstream.txt'],
        variables: { GIT_STRATEGY: 'empty' },
        artifacts: [{ paths: ['upstream.txt'] }],
      });
      await until('upstream has ended', () => upstream.status === 'success' || !first.isAlive);
      expect(upstream.status, readFileSync(first.logFile, 'utf8')).toBe('success');
      gitlab.faults.add({ path: '/jobs/\\d+', status: 500, times: 2 });
      gitlab.faults.add({ path: '/jobs/\\d+', reset: true, times: 2 });
      const jobs = queueJobs(scene, upstream);
      const tokens = Object.fromEntries(
        [upstream, ...jobs].map(({ token }, n) => [`token of job ${n}`, token]),
      );
      const runnersOwn = { ...ofRunner, ...runnerTokens };
      const all = { ...ofJobs, ...tokens, ...runnersOwn };
      await until('both wait', () => jobs.every(({ trace }) => /waits\n/.test(trace)));

      for (const pid of processTree(first.pid!)) {
        expect(secretsIn(readProcess(pid, 'cmdline'), all)).toEqual([]);
        if (pid === first.pid) continue;
        expect(secretsIn(readProcess(pid, 'environ'), runnersOwn)).toEqual([]);
      }
      expect(secretsIn(await metricsOf(first), all)).toEqual([]);
      await first.kill();
      // A script's own words, as it wrote them, and the file variables that it was given.
      const isScripts = (path: string): boolean =>
        path.endsWith('/step-0.output') || /^builds\/.*\.tmp\/KEY_FILE$/.test(path);
      expect(secretsBelow(folder, all, isScripts)).toEqual([]);
      expect(secretsBelow(folder, { PASSWORD: ofJobs.PASSWORD })).toHaveLength(1);

      second.start();
      await second.up();
      open(folder);
      await until('all are closed', () => second.isAlive && second.unfinishedJobs === 0);
      expect(secretsIn(await metricsOf(second), all)).toEqual([]);
      second.signal('SIGTERM');
      expect(await second.ended()).toBe(0);
      expect(jobs.map(({ status, failureReason }) => [status, failureReason])).toEqual([
        ['failed', 'script_failure'],
        ['failed', 'script_failure'],
      ]);
      for (const { trace } of jobs) {
        expect(trace).toContain('[MASKED]');
        expect(secretsIn(trace, all)).toEqual([]);
      }
      expect(secretsBelow(folder, all)).toEqual([]);
      expect(readFileSync(first.logFile, 'utf8')).toContain('on the console: [MASKED]');
      expect(readFileSync(second.logFile, 'utf8')).toContain('no entry with [MASKED]');
      expectNothingButEventsIn(folder);
    } finally {
      await first.kill();
      await second.kill();
    }
  },
  120_000,
);

function expectNothingButEventsIn(folder: string): void {
  const store = join(folder, 'store.db');
  expect(existsSync(`${store}-wal`)).toBe(false);
  using db = new DatabaseSync(store, { readOnly: true });
  for (const table of ['open_jobs', 'once_results', 'trace_heads']) {
    expect(db.prepare(`SELECT * FROM ${table}`).all()).toEqual([]);
  }
  expect(db.prepare("SELECT 1 FROM events WHERE type = 'job.closed'").all()).toHaveLength(3);
  expect(
    execFileSync('find', [`${store}.jobs`, join(folder, 'tmp'), '-mindepth', '1']).toString(),
  ).toBe('');
}
