import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { TlsFiles } from '@fellrunner/core';

import type { WireRunner } from './config-schema.ts';

/**
 * The files that an entry names, and in their place those that `certs/` beside the configuration
 * has for the server, by the names that gitlab-runner looks for.
 */
export function toTlsFiles(
  runner: Pick<WireRunner, 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'>,
  folder: string,
  url: string,
): TlsFiles {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  const find = (named: string | undefined, name: string): string | undefined => {
    if (named !== undefined && named !== '') return resolve(folder, named);
    const file = join(folder, 'certs', name);
    return existsSync(file) ? file : undefined;
  };
  const caFile = find(runner['tls-ca-file'], `${host}.crt`);
  const certFile = find(runner['tls-cert-file'], `${host}.auth.crt`);
  const keyFile = find(runner['tls-key-file'], `${host}.auth.key`);
  return { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) };
}
