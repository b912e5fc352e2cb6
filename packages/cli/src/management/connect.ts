import { Connections, type TlsFiles } from '@fellrunner/core';

/**
 * Opens the way to a GitLab, by the proxies that the environment names. What is plain needs no
 * more than the core, and is there sooner.
 *
 * @throws RunnerError `CONFIG_INVALID` where a file cannot be used.
 */
export async function connect(tls: TlsFiles): Promise<Connections> {
  const needsMore = Object.keys(tls).length > 0 || Object.keys(process.env).some(isProxy);
  if (!needsMore) return new Connections();
  const { networkOf, openConnections } = await import('@fellrunner/engine');
  return openConnections(networkOf(tls));
}

function isProxy(key: string): boolean {
  return /^https?_proxy$/i.test(key);
}
