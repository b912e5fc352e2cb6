import { networkInterfaces } from 'node:os';

import { createRunnerInfo, GitLabClient, verifyRunner } from '@fellrunner/core';
import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { openConnections, type Network } from '../src/network/network.ts';
import { Authority } from './support/certificates.ts';
import { startProxy } from './support/proxy-server.ts';
import { TestFolder } from './support/test-folder.ts';
import { startTlsFront } from './support/tls-front.ts';

test('a GitLab with TLS is reached by a tunnel through the proxy, which sees none of it', async () => {
  using folder = new TestFolder();
  const authority = new Authority('cellar');
  await using gitlab = await startEmulator();
  await using front = await startTlsFront(
    gitlab.url,
    authority.certify({ names: ['gitlab.test'] }),
  );
  await using proxy = await startProxy();
  const network = {
    tls: { caFile: folder.write('ca.pem', authority.cert) },
    proxies: { https: `http://127.0.0.1:${proxy.port}` },
  };
  const url = `https://gitlab.test:${front.port}`;
  expect(await verify(url, network, gitlab.runnerToken)).toBe('verified');
  expect(proxy.asked).toEqual([`CONNECT gitlab.test:${front.port}`]);
});

test('through a tunnel, too, GitLab gets the certificate of the runner', async () => {
  using folder = new TestFolder();
  const authority = new Authority('cellar');
  const own = authority.certify({ names: ['runner'] });
  await using gitlab = await startEmulator();
  await using front = await startTlsFront(gitlab.url, {
    ...authority.certify({ names: ['gitlab.test'] }),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  });
  await using proxy = await startProxy();
  const tls = {
    caFile: folder.write('ca.pem', authority.cert),
    certFile: folder.write('cert.pem', own.cert),
    keyFile: folder.write('key.pem', own.key),
  };
  const network = { tls, proxies: { https: `127.0.0.1:${proxy.port}` } };
  const url = `https://gitlab.test:${front.port}`;
  expect(await verify(url, network, gitlab.runnerToken)).toBe('verified');
  expect(front.clients).toEqual(['runner']);
});

test('a GitLab without TLS is asked for by the proxy', async () => {
  await using gitlab = await startEmulator();
  await using proxy = await startProxy({ credentials: 'ada:p w' });
  const url = gitlab.url.replace('127.0.0.1', 'gitlab.test');
  const proxies = { http: `http://ada:p%20w@127.0.0.1:${proxy.port}` };
  expect(await verify(url, { tls: {}, proxies }, gitlab.runnerToken)).toBe('verified');
  expect(proxy.asked).toEqual([`POST ${url}/api/v4/runners/verify`]);
});

test('what no_proxy covers is reached directly', async () => {
  await using gitlab = await startEmulator();
  await using proxy = await startProxy();
  const proxies = { http: `http://127.0.0.1:${proxy.port}`, no: '*.test' };
  const url = gitlab.url.replace('127.0.0.1', 'gitlab.test');
  expect(await verify(url, { tls: {}, proxies }, gitlab.runnerToken)).toMatch(/no such host/);
  expect(await verify(gitlab.url, { tls: {}, proxies }, gitlab.runnerToken)).toBe('verified');
  expect(proxy.asked).toEqual([]);
});

test('a proxy that wants a password, or is not there, is told of without the password', async () => {
  await using proxy = await startProxy({ credentials: 'ada:right' });
  const reach = (url: string, port: number): Promise<string> => {
    const address = `http://ada:wrong@127.0.0.1:${port}`;
    return verify(url, { tls: {}, proxies: { http: address, https: address } }, 'glrt-t1_x');
  };
  for (const url of ['https://gitlab.test', 'http://gitlab.test']) {
    const refusal = await reach(url, proxy.port);
    expect(refusal).toContain(`the proxy 127.0.0.1:${proxy.port} answers 407`);
    expect(refusal).not.toContain('wrong');
  }
  const nobody = await reach('https://gitlab.test', 1);
  expect(nobody).toContain('nothing listens at the proxy 127.0.0.1:1; check https_proxy');
  expect(nobody).not.toContain('wrong');
});

const addresses = Object.values(networkInterfaces()).flatMap((it) => it ?? []);
const hasIPv6 = addresses.some(({ address }) => address === '::1');

test.skipIf(!hasIPv6)('an address of IPv6 is an address like others', async () => {
  await using gitlab = await startEmulator({ host: '::1' });
  expect(gitlab.url).toContain('[::1]');
  const network = { tls: {}, proxies: {} };
  expect(await verify(gitlab.url, network, gitlab.runnerToken)).toBe('verified');
});

const FACTS = { version: '1', revision: '2', platform: 'a', architecture: 'b', executor: 'shell' };

/** What GitLab answers, or what stands between. */
async function verify(url: string, network: Network, token: string): Promise<string> {
  const connections = openConnections(network);
  await using client = new GitLabClient({ url, connections, userAgent: 'a test' });
  const runner = { token, systemId: 's_x', info: createRunnerInfo(FACTS) };
  return await verifyRunner(client, runner).then(
    ({ kind }) => kind,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
