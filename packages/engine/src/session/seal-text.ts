import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { RunnerError } from '@fellrunner/core';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LEAST_KEY_BYTES = 32;

/** Encrypts a text under a key of at least 32 random bytes, as `randomBytes(32)` makes it. */
export function sealText(text: string, key: Uint8Array): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, toCipherKey(key), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** @throws RunnerError `PAYLOAD_INVALID` where the key is another one, or the text was changed. */
export function openText(sealed: string, key: Uint8Array): string {
  const bytes = Buffer.from(sealed, 'base64');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, toCipherKey(key), iv, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    if (cause instanceof RunnerError) throw cause;
    throw new RunnerError(
      'PAYLOAD_INVALID',
      'The text cannot be decrypted: it was encrypted with another key, or changed since.',
      { cause },
    );
  }
}

function toCipherKey(key: Uint8Array): Uint8Array {
  if (key.length < LEAST_KEY_BYTES) {
    throw new RunnerError(
      'CONFIG_INVALID',
      `A key has at least ${LEAST_KEY_BYTES} bytes, as randomBytes(${LEAST_KEY_BYTES}) makes it; this one has ${key.length}.`,
    );
  }
  return Buffer.from(hkdfSync('sha256', key, '', 'fellrunner session', 32));
}
