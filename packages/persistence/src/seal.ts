import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

import { takeRandom } from './random-pool.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How long an AES-256 key is. */
export const KEY_BYTES = 32;

/** Node's ciphers take a key object ten times as fast as the bytes themselves. */
export function toKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

/**
 * Encrypts with AES-256-GCM: nonce, ciphertext, tag. `context` says what the text is and whose;
 * it is not kept, and {@link unseal} must be told the same, so that no row passes for another.
 */
export function seal(key: KeyObject, text: Uint8Array, context: string): Buffer {
  const nonce = takeRandom(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = cipher.update(text);
  cipher.final();
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Undefined where the key or the context is another, or a bit has changed. */
export function unseal(key: KeyObject, sealed: Uint8Array, context: string): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return text;
  } catch {
    // GCM says the same of a wrong key and of a changed text: there is nothing to tell apart.
    return undefined;
  }
}
