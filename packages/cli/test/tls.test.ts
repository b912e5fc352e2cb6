import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { Authority, selfSigned } from '../../engine/test/support/certificates.ts';
import { startProxy } from '../../engine/test/support/proxy-server.ts';
import { startTlsFront, type TlsFront } from '../../engine/test/support/tls-front.ts';
import { Command, runCommand } from './support/command.ts';
import { aShellJob } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

const RUNS = /fellrunner \S+ runs jobs of/;

describe('a GitLab of a company, with an authority of its own', () => {
  test('is known by certs/HOST.crt beside the configuration, to git and to scripts too', async () => {
    using folder = new TempFolder();
    const authority = new Authority('cellar');
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(
      gitlab.url,
      authority.certify({ names: ['localhost'] }),
    );
    mkdirSync(folder.file('certs'));
    folder.write('certs/localhost.crt', authority.cert);
    const config = folder.write('config.toml', aConfig(front, gitlab.runnerToken));
    // What the machine trusts must not go before what this server needs.
    const GIT_SSL_CAINFO = folder.write('machine.pem', new Authority('machine').cert);
    await using runner = Command.start(
      ['run', '--config', config, '--store', folder.file('s.db')],
      { GIT_SSL_CAINFO },
    );
    await runner.log(RUNS);
    const job = await aGitJob(gitlab, folder, [
      'test -f README.md && echo sources are here',
      'echo "$CI_SERVER_TLS_CA_FILE"; grep -c BEGIN "$CI_SERVER_TLS_CA_FILE"',
      'env -u GIT_SSL_CAINFO git ls-remote origin HEAD >/dev/null && echo git knows it',
    ]).finished();
    expect(job.trace).toContain('sources are here');
    expect(job.trace).toContain('git knows it');
    expect(job.trace).toMatch(/CI_SERVER_TLS_CA_FILE\r?\n1\r?\n/);
    expect(job.status).toBe('success');
  });

  test('is known to scripts by the certificates that it was verified with, where no file is named', async () => {
    using folder = new TempFolder();
    const authority = new Authority('cellar');
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(
      gitlab.url,
      authority.certify({ names: ['localhost'] }),
    );
    const url = `https://localhost:${front.port}`;
    const store = ['--store', folder.file('s.db')];
    await using runner = Command.start(['run', '--url', url, '--executor', 'shell', ...store], {
      FELLRUNNER_TOKEN: gitlab.runnerToken,
      NODE_EXTRA_CA_CERTS: folder.write('ca.pem', authority.cert),
    });
    await runner.log(RUNS);
    const script = ['grep -c BEGIN "$CI_SERVER_TLS_CA_FILE"'];
    const job = await aShellJob(gitlab, { script }).finished();
    expect(job.trace).toMatch(/\n2\r?\n/);
    expect(job.status).toBe('success');
  });

  test('is reached by the proxy that the environment names', async () => {
    using folder = new TempFolder();
    const authority = new Authority('cellar');
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(
      gitlab.url,
      authority.certify({ names: ['gitlab.test'] }),
    );
    await using proxy = await startProxy();
    const url = `https://gitlab.test:${front.port}`;
    const more = ['--tls-ca-file', folder.write('ca.pem', authority.cert), '--max-jobs', '1'];
    const handler = folder.write('handler.mjs', 'export default { step() {} };');
    const store = ['--store', folder.file('s.db')];
    const job = gitlab.job({ script: ['x'] });
    const { exitCode } = await runCommand(
      ['run', '--url', url, '--handler', handler, ...store, ...more],
      { FELLRUNNER_TOKEN: gitlab.runnerToken, https_proxy: `http://127.0.0.1:${proxy.port}` },
    );
    expect({ exitCode, status: job.status }).toEqual({ exitCode: 0, status: 'success' });
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT gitlab.test:${front.port}`]));
  });
});

test('a certificate that nobody here trusts ends the start with one line and 5', async () => {
  using folder = new TempFolder();
  await using gitlab = await startEmulator();
  await using front = await startTlsFront(gitlab.url, selfSigned({ names: ['localhost'] }));
  const url = `https://localhost:${front.port}`;
  const store = ['--store', folder.file('s.db')];
  const { exitCode, stderr } = await runCommand(
    ['run', '--url', url, '--executor', 'shell', ...store],
    { FELLRUNNER_TOKEN: gitlab.runnerToken },
  );
  expect(exitCode).toBe(5);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('signed by itself; give that certificate with tls-ca-file');
});

function aConfig({ port }: TlsFront, token: string): string {
  return `[[runners]]
  name = "cellar"
  url = "https://localhost:${port}"
  token = "${token}"
  clone_url = "https://localhost:${port}"
  executor = "shell"
`;
}

/** A job whose repository is on this machine's disk. */
function aGitJob(gitlab: Emulator, folder: TempFolder, script: string[]): EmulatedJob {
  const path = folder.file('repository');
  const git = (...args: string[]): void => {
    execFileSync('git', ['-C', path, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  };
  mkdirSync(path);
  folder.write('repository/README.md', 'fells');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  return gitlab.job({ script, git: { path } });
}
