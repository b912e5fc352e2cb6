import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

import { messageOf, RunnerError, type TlsFiles, type TlsMaterial } from '@fellrunner/core';

/**
 * Reads the files that TLS needs, and again when one of them has changed. A change that makes no
 * sense, as in the middle of a renewal, is told of, and what was read before stays in force.
 */
export class TlsFileReader {
  readonly #files: TlsFiles;
  readonly #onTrouble: (trouble: string) => void;
  #state = '';
  #material: TlsMaterial | undefined;

  constructor(files: TlsFiles, onTrouble: (trouble: string) => void) {
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /**
   * The same object until a file has changed.
   *
   * @throws RunnerError `CONFIG_INVALID` where they cannot be used and never could.
   */
  read(): TlsMaterial {
    const state = stateOf(this.#files);
    if (this.#material !== undefined && state === this.#state) return this.#material;
    try {
      const material = readMaterial(this.#files);
      this.#state = state;
      this.#material = material;
      return material;
    } catch (error) {
      if (this.#material === undefined) throw error;
      this.#state = state;
      this.#onTrouble(`${messageOf(error)} What was read before stays in force.`);
      return this.#material;
    }
  }
}

function stateOf({ caFile, certFile, keyFile }: TlsFiles): string {
  return [caFile, certFile, keyFile].map(fileState).join(' ');
}

function fileState(file: string | undefined): string {
  const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
}

function readMaterial({ caFile, certFile, keyFile }: TlsFiles): TlsMaterial {
  const ca = readAuthorities(caFile);
  if (certFile === undefined && keyFile === undefined) return { ...(ca && { ca }) };
  if (certFile === undefined) throw unusable('tls-key-file needs tls-cert-file beside it.');
  if (keyFile === undefined) throw unusable('tls-cert-file needs tls-key-file beside it.');
  const cert = readText('tls-cert-file', certFile);
  const key = readText('tls-key-file', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const why = messageOf(cause).replace(/^error:[^ ]*:+/, '');
    throw unusable(
      `tls-cert-file ${certFile} and tls-key-file ${keyFile} make no pair: ${why}.`,
      cause,
    );
  }
  return { ...(ca && { ca }), cert, key };
}

function readAuthorities(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const text = readText('tls-ca-file', file);
  try {
    // OpenSSL passes over what is no certificate, and then trusts nothing new without a word.
    void new X509Certificate(text);
  } catch (cause) {
    throw unusable(`tls-ca-file ${file} holds no certificate in PEM form.`, cause);
  }
  return text;
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(`The ${name} ${file} cannot be read: ${messageOf(cause)}.`, cause);
  }
}

function unusable(message: string, cause?: unknown): RunnerError {
  return new RunnerError('CONFIG_INVALID', message, { cause });
}
