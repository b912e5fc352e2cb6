import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How long an AES-256 key is. */
export const KEY_BYTES = 32;

/**
 * Encrypts with AES-256-GCM: nonce, ciphertext, tag. `context` says what the text is and whose;
 * it is not kept, and {@link unseal} must be told the same, so that no row passes for another.
 */
export function seal(key: Uint8Array, text: Uint8Array, context: string): Buffer {
  const sealed = Buffer.allocUnsafe(NONCE_BYTES + text.length + TAG_BYTES);
  const nonce = randomFillSync(sealed.subarray(0, NONCE_BYTES));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  sealed.set(cipher.update(text), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + text.length);
  return sealed;
}

/** Undefined where the key or the context is another, or a bit has changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return text;
  } catch {
    // What GCM says of a wrong key and of a changed text alike: there is nothing to tell apart.
    return undefined;
  }
}
