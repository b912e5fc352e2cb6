import { createRunnerInfo, GitLabClient, verifyRunner } from '@fellrunner/core';
import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { MemoryEventLog } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { Runner, type RunnerOptions } from '../src/index.ts';
import { openConnections, type Network } from '../src/network/network.ts';
import { Authority, selfSigned } from './support/certificates.ts';
import { startRunner } from './support/running-runner.ts';
import { TestFolder } from './support/test-folder.ts';
import { startTlsFront } from './support/tls-front.ts';

const DAY_MS = 24 * 3600_000;
const HERE = { names: ['localhost', '127.0.0.1'] };

describe('a GitLab whose certificate is signed by an authority of its own', () => {
  test.each(['thread', 'process'])(
    'is reached with the CA file by jobs and their downloads in a %s',
    async (isolation) => {
      using folder = new TestFolder();
      const authority = new Authority('cellar');
      await using gitlab = await startEmulator();
      await using front = await startTlsFront(gitlab.url, authority.certify(HERE));
      await using running = await startRunner(gitlab, {
        handler: isolation === 'thread' ? 'uploads.ts' : 'uploads-in-process.ts',
        url: `https://localhost:${front.port}`,
        tls: { caFile: folder.write('ca.pem', authority.cert) },
      });
      const later = await chainOfTwo(gitlab);
      expect(later.status).toBe('success');
      expect(later.trace).toContain('first: out/a.txt = a');
      expect(running.logged.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  test('may want the certificate of the runner, which is read again when it is renewed', async () => {
    using folder = new TestFolder();
    const authority = new Authority('cellar');
    const certify = (name: string): { certFile: string; keyFile: string } => {
      const { cert, key } = authority.certify({ names: [name] });
      return { keyFile: folder.write('key.pem', key), certFile: folder.write('cert.pem', cert) };
    };
    const caFile = folder.write('ca.pem', authority.cert);
    const files = { caFile, ...certify('before') };
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(gitlab.url, {
      ...authority.certify(HERE),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const url = `https://localhost:${front.port}`;
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts', url, tls: files });
    expect((await chainOfTwo(gitlab)).status).toBe('success');
    expect(new Set(front.clients)).toEqual(new Set(['before']));
    certify('after');
    expect((await chainOfTwo(gitlab)).status).toBe('success');
    expect(front.clients).toContain('after');
    expect(front.clients.at(-1)).toBe('after');
  });

  test('is still reached while its files are being replaced, and that is told once', async () => {
    using folder = new TestFolder();
    const authority = new Authority('cellar');
    const caFile = folder.write('ca.pem', authority.cert);
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(gitlab.url, authority.certify(HERE));
    const url = `https://localhost:${front.port}`;
    await using running = await startRunner(gitlab, {
      handler: 'prints.ts',
      url,
      tls: { caFile },
    });
    folder.write('ca.pem', 'half of a');
    await gitlab.job({ script: ['x'] }).finished();
    await gitlab.job({ script: ['x'] }).finished();
    const told = running.logged.filter(({ message }) => message.includes('ca.pem'));
    expect(told.map(({ message }) => message)).toEqual([
      `tls-ca-file ${caFile} holds no certificate in PEM form. What was read before stays in force.`,
    ]);
  });

  test('keeps its connections instead of greeting anew for each request', async () => {
    using folder = new TestFolder();
    const authority = new Authority('cellar');
    const caFile = folder.write('ca.pem', authority.cert);
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(gitlab.url, authority.certify(HERE));
    const url = `https://localhost:${front.port}`;
    await using _ = await startRunner(gitlab, { handler: 'prints.ts', url, tls: { caFile } });
    for (let n = 0; n < 5; n += 1) await gitlab.job({ script: ['x'] }).finished();
    expect(gitlab.requests.length).toBeGreaterThan(15);
    expect(front.connections).toBeLessThan(6);
  });
});

describe('a certificate that cannot be trusted is told in one line', () => {
  const authority = new Authority('cellar');
  test.each([
    ['is signed by itself', selfSigned(HERE), /signed by itself; give .* tls-ca-file/],
    [
      'is signed by an authority unknown here',
      new Authority('elsewhere').certify(HERE),
      /not known here; give .* tls-ca-file/,
    ],
    [
      'has expired',
      authority.certify({ ...HERE, from: new Date(0), until: new Date(DAY_MS) }),
      /has expired; it must be renewed there/,
    ],
    [
      'is not valid yet',
      authority.certify({ ...HERE, from: new Date(Date.now() + DAY_MS / 2) }),
      /not valid yet; the clock here may be wrong/,
    ],
    [
      'is for another host',
      authority.certify({ names: ['gitlab.example.com'] }),
      /is for gitlab\.example\.com; use the name that it is for/,
    ],
  ])('where it %s', async (_why, certified, told) => {
    using folder = new TestFolder();
    await using gitlab = await startEmulator();
    await using front = await startTlsFront(gitlab.url, certified);
    const tls = { caFile: folder.write('ca.pem', authority.cert) };
    const refusal = await refusalOf(`https://localhost:${front.port}`, tls);
    expect(refusal).toMatch(told);
    expect(refusal).not.toContain('\n');
    expect(refusal.startsWith(`GitLab at https://localhost:${front.port} cannot be`)).toBe(true);
  });

  test('and so is a server that wants one of the runner, and says so as nginx does', async () => {
    using folder = new TestFolder();
    await using gitlab = await startEmulator();
    gitlab.faults.add({
      status: 400,
      body: '<center>No required SSL certificate was sent</center>',
    });
    await using front = await startTlsFront(gitlab.url, authority.certify(HERE));
    const tls = { caFile: folder.write('ca.pem', authority.cert) };
    const refusal = await refusalOf(`https://localhost:${front.port}`, tls);
    expect(refusal).toMatch(/give the right one with tls-cert-file and tls-key-file/);
  });

  test('and so is a server without TLS', async () => {
    await using gitlab = await startEmulator();
    const refusal = await refusalOf(gitlab.url.replace('http:', 'https:'));
    expect(refusal).toMatch(/no TLS is spoken there; the address may have to begin with http:/);
  });
});

describe('files that cannot be used stop the runner before it asks for anything', () => {
  const { cert, key } = selfSigned(HERE);
  const other = selfSigned(HERE);
  test.each([
    ['a CA file that is not there', { caFile: '/nowhere/ca.pem' }, /tls-ca-file \/nowhere/],
    ['a certificate without its key', { certFile: cert }, /tls-cert-file needs tls-key-file/],
    ['a key without its certificate', { keyFile: key }, /tls-key-file needs tls-cert-file/],
    ['the key of another', { certFile: cert, keyFile: other.key }, /make no pair/],
    ['a CA file without a certificate', { caFile: 'nothing' }, /no certificate in PEM form/],
  ])('%s', async (_what, texts, told) => {
    using folder = new TestFolder();
    await using gitlab = await startEmulator();
    const files = Object.entries(texts).map(([name, text]) => [
      name,
      text.startsWith('/') ? text : folder.write(name, text),
    ]);
    const tls = Object.fromEntries(files) as NonNullable<RunnerOptions['tls']>;
    expect(() => aRunner(gitlab, { tls })).toThrow(told);
    expect(gitlab.requests).toEqual([]);
  });
});

/** A job whose artifact the next one downloads; resolves with that one's end. */
async function chainOfTwo(gitlab: Emulator): Promise<EmulatedJob> {
  const artifacts = [{ paths: ['out/'] }];
  const first = await gitlab.job({ name: 'first', script: ['x'], artifacts }).finished();
  expect(first.artifact()).toBeDefined();
  return gitlab.job({ name: 'later', script: ['x'], dependencies: [first.id] }).finished();
}

function aRunner(gitlab: Emulator, wishes: Partial<RunnerOptions>): Runner {
  return new Runner({
    url: gitlab.url,
    token: gitlab.runnerToken,
    handler: new URL('handlers/prints.ts', import.meta.url),
    store: new MemoryEventLog(),
    ...wishes,
  });
}

/** What stands between the runner and a server. */
async function refusalOf(url: string, tls: Network['tls'] = {}): Promise<string> {
  const connections = openConnections({ tls, proxies: {} });
  await using client = new GitLabClient({ url, connections, userAgent: 'a test' });
  const runner = { token: 'glrt-t1_x', systemId: 's_x', info: createRunnerInfo(FACTS) };
  return await verifyRunner(client, runner).then(
    () => 'nothing does',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const FACTS = { version: '1', revision: '2', platform: 'a', architecture: 'b', executor: 'shell' };
