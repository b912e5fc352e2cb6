import { describe, expect, test } from 'vitest';

import { proxiesOf, proxyFor, type Proxies } from './proxies.ts';

const both: Proxies = { http: 'http://plain:3128', https: 'http://tls:3128' };

function proxyOf(url: string, proxies: Proxies): string | undefined {
  return proxyFor(new URL(url), proxies)?.host;
}

describe('a proxy', () => {
  test('is taken by the scheme of the address, and one for http does not serve https', () => {
    expect(proxyOf('http://gitlab.example.com', both)).toBe('plain:3128');
    expect(proxyOf('https://gitlab.example.com', both)).toBe('tls:3128');
    expect(proxyOf('https://gitlab.example.com', { http: 'http://plain:3128' })).toBeUndefined();
  });

  test('may be named without its scheme', () => {
    expect(proxyOf('https://gitlab.example.com', { https: 'tls:3128' })).toBe('tls:3128');
  });

  test('whose address makes no sense is told of, without its password', () => {
    const proxies = { https: 'ftp://ada:secret@tls:3128' };
    expect(() => proxyOf('https://gitlab.example.com', proxies)).toThrow(
      /^https_proxy is no address of a proxy(?!.*secret)/,
    );
  });

  test('never stands between the runner and its own machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
      expect(proxyOf(`http://${host}:8080`, both)).toBeUndefined();
    }
  });
});

describe('no_proxy', () => {
  test.each([
    ['*', 'gitlab.example.com', true],
    ['example.com', 'example.com', true],
    ['example.com', 'gitlab.example.com', true],
    ['example.com', 'notexample.com', false],
    ['.example.com', 'gitlab.example.com', true],
    ['.example.com', 'example.com', false],
    ['*.example.com', 'gitlab.example.com', true],
    ['EXAMPLE.com', 'gitlab.Example.COM', true],
    ['other.org, gitlab.example.com', 'gitlab.example.com', true],
    ['gitlab.example.com:443', 'gitlab.example.com', true],
    ['gitlab.example.com:8443', 'gitlab.example.com', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '110.1.2.3', false],
    ['2001:db8::/32', '[2001:db8::7]', true],
    ['[2001:db8::7]:443', '[2001:db8:0::7]', true],
    ['2001:db8::7', '[2001:db8::8]', false],
    ['', 'gitlab.example.com', false],
    [',,', 'gitlab.example.com', false],
    ['10.0.0.0/99,nonsense/x', '10.1.2.3', false],
  ])('"%s" with %s: reached directly is %s', (no, host, isDirect) => {
    expect(proxyOf(`https://${host}`, { ...both, no }) === undefined).toBe(isDirect);
  });
});

test('names in small letters go before those in capitals, unless they are empty', () => {
  const env = { http_proxy: 'small', HTTP_PROXY: 'big', https_proxy: '', HTTPS_PROXY: 'tls' };
  expect(proxiesOf({ ...env, NO_PROXY: 'here' })).toEqual({
    http: 'small',
    https: 'tls',
    no: 'here',
  });
  expect(proxiesOf({})).toEqual({});
});
