import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { messageOf, RunnerError } from '@fellrunner/core';

/**
 * Trusts the authorities of a file besides those that Node knows, for this whole process.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function trustAuthority(file: string): void {
  try {
    const known = getCACertificates('default');
    setDefaultCACertificates([...known, readFileSync(file, 'utf8')]);
  } catch (cause) {
    const message = `The authorities in ${file} cannot be used: ${messageOf(cause)}.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
}
