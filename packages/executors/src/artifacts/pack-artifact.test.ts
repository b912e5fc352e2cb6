import { describe, expect, it } from 'vitest';

import { artifactFilename } from './pack-artifact.ts';

describe('artifactFilename', () => {
  it.each([
    ['', 'zip', 'artifacts.zip'],
    ['logs', 'zip', 'logs.zip'],
    ['logs of main', 'gzip', 'logs of main.gz'],
    ['../../etc/passwd', 'raw', 'passwd'],
    ['feature/x', 'zip', 'x.zip'],
    ['..', 'zip', 'default.zip'],
    [' ', 'raw', 'default'],
  ] as const)('makes of %j as %s the name %s', (name, format, filename) => {
    expect(artifactFilename(name, format)).toBe(filename);
  });
});
