import { expect, test } from 'vitest';

import { Secret } from '../secret.ts';
import { findRegistryCredential } from './registry-credential.ts';

/** What an image gets of the credentials for these registries: the URL of the one that is found. */
function credentialFor(image: string, ...urls: readonly string[]): string | undefined {
  const credentials = urls.map((url) => {
    const [type, place] = url.startsWith('dependency ')
      ? ['other', url.slice(11)]
      : ['registry', url];
    return { type: type ?? '', url: place ?? '', username: 'u', password: new Secret('p') };
  });
  return findRegistryCredential({ credentials }, image)?.url;
}

test.each([
  ['registry.example.com/group/app:1', ['registry.example.com'], 'registry.example.com'],
  ['registry.example.com:5005/app', ['registry.example.com:5005'], 'registry.example.com:5005'],
  [
    'registry.example.com/group/app',
    ['registry.example.com', 'registry.example.com/group', 'registry.example.com/gr'],
    'registry.example.com/group',
  ],
  ['registry.example.com/app:1', ['registry.example.com/app'], 'registry.example.com/app'],
  ['registry.example.com/app@sha256:0', ['registry.example.com/app'], 'registry.example.com/app'],
  ['registry.example.com/app', ['https://registry.example.com/'], 'https://registry.example.com/'],
  ['alpine', ['docker.io'], 'docker.io'],
  ['library/alpine:3', ['https://index.docker.io/v1/'], 'https://index.docker.io/v1/'],
  ['localhost/app', ['localhost'], 'localhost'],
])('%s gets, of %j, the longest that fits', (image, urls, found) => {
  expect(credentialFor(image, ...urls)).toBe(found);
});

test.each([
  ['registry.example.com.evil.org/app', ['registry.example.com']],
  ['registry.example.com:6000/app', ['registry.example.com', 'registry.example.com:5005']],
  ['registry.example.com/application', ['registry.example.com/app']],
  ['alpine', ['registry.example.com']],
  ['registry.example.com/app', ['dependency registry.example.com', '']],
  ['', ['registry.example.com']],
])('%s gets nothing of %j', (image, urls) => {
  expect(credentialFor(image, ...urls)).toBeUndefined();
});
