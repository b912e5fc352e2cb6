import { BlockList, isIP } from 'node:net';

import { RunnerError } from '@fellrunner/core';

/** Which proxies the environment names, as it has them. */
export interface Proxies {
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are reached without one, separated by commas. */
  readonly no?: string;
}

/** Reads the environment as curl and gitlab-runner do; a name in small letters goes before. */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const named = (key: string): string => (env[key] || env[key.toUpperCase()]) ?? '';
  const [http, https, no] = [named('http_proxy'), named('https_proxy'), named('no_proxy')];
  return { ...(http && { http }), ...(https && { https }), ...(no && { no }) };
}

/**
 * The proxy for an address; undefined for a direct connection, as this machine itself always has.
 *
 * @throws RunnerError `CONFIG_INVALID`, without the password that an address may hold.
 */
export function proxyFor(url: URL, { http, https, no = '' }: Proxies): URL | undefined {
  const [proxy, name] = url.protocol === 'https:' ? [https, 'https_proxy'] : [http, 'http_proxy'];
  if (proxy === undefined || isDirect(url, no)) return undefined;
  const parsed = URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`);
  if (parsed !== null && /^(https?|socks5h?):$/.test(parsed.protocol)) return parsed;
  throw new RunnerError(
    'CONFIG_INVALID',
    `${name} is no address of a proxy; it looks like http://proxy.example.com:3128.`,
  );
}

function isDirect(url: URL, no: string): boolean {
  const host = hostOf(url);
  if (host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.check(host, familyOf(host)))) {
    return true;
  }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return no.split(',').some((entry) => covers(entry.trim().toLowerCase(), host, port));
}

/** Names end in a dot where they are meant whole; addresses of IPv6 stand in brackets. */
function hostOf({ hostname }: URL): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1');
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const { name, port: onlyPort } = splitPort(entry);
  if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isSameAddress(name, host);
  // `.example.com` and `*.example.com` mean the names below, `example.com` itself too.
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : host === domain || host.endsWith(`.${domain}`);
}

/** Behind an address of IPv6 there is a port only where it stands in brackets. */
function splitPort(entry: string): { name: string; port: string | undefined } {
  if (isIP(entry) === 6) return { name: entry, port: undefined };
  const [, inBrackets, plain = '', port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: inBrackets ?? plain, port };
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address);
  const bits = Number(prefix);
  if (isIP(host) !== family || family === 0 || !/^\d+$/.test(prefix)) return false;
  if (bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, familyOf(address));
  return list.check(host, familyOf(host));
}

function isSameAddress(one: string, other: string): boolean {
  const list = new BlockList();
  list.addAddress(one, familyOf(one));
  return list.check(other, familyOf(other));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
