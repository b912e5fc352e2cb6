import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { messageOf, RunnerError } from '@fellrunner/core';

import type { RunnerSetup } from './runner-setup.ts';

/**
 * Trusts the authorities that the runners' `tls-ca-file` name, besides those that Node knows.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function trustAuthorities(runners: readonly RunnerSetup[]): void {
  const files = new Set(runners.flatMap(({ caFile }) => caFile ?? []));
  if (files.size === 0) return;
  const own = [...files].map(readAuthorities);
  setDefaultCACertificates([...getCACertificates('default'), ...own]);
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `The tls-ca-file ${file} cannot be read: ${messageOf(cause)}.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
}
