import { randomBytes } from 'node:crypto';

import type { JobKey, OnceValue } from '@fellrunner/core';

import { KEY_BYTES, seal, unseal } from './seal.ts';
import type { StoreKeys } from './store-key.ts';

/** What a job's row holds of its secrets. */
export interface SealedJob {
  readonly wrappedKey: Buffer;
  readonly payload: Buffer;
}

/**
 * Encrypts what is secret of a job under a key of its own, and that key under the store's. Once
 * the wrapped key is deleted, no copy of the rest can be read.
 */
export class JobVault {
  readonly #storeId: string;
  readonly #keys: StoreKeys;

  constructor(storeId: string, keys: StoreKeys) {
    this.#storeId = storeId;
    this.#keys = keys;
  }

  sealJob(job: JobKey, payload: string): SealedJob {
    const key = randomBytes(KEY_BYTES);
    return {
      wrappedKey: seal(this.#keys.current, key, this.#context(job, 'key')),
      payload: seal(key, Buffer.from(payload), this.#context(job, 'payload')),
    };
  }

  /** The job's own key; undefined where the store's key that it needs is not there. */
  unwrap(job: JobKey, wrappedKey: Uint8Array): Buffer | undefined {
    for (const storeKey of this.#keys.all) {
      const key = unseal(storeKey, wrappedKey, this.#context(job, 'key'));
      if (key !== undefined) return key;
    }
    return undefined;
  }

  unsealPayload(job: JobKey, key: Uint8Array, payload: Uint8Array): string | undefined {
    return unseal(key, payload, this.#context(job, 'payload'))?.toString();
  }

  sealResult(job: JobKey, key: Uint8Array, position: number, value: OnceValue): Buffer {
    const bytes = value.kind === 'json' ? Buffer.from(value.text) : value.bytes;
    return seal(key, bytes, this.#context(job, `once/${position}`));
  }

  unsealResult(
    job: JobKey,
    key: Uint8Array,
    position: number,
    sealed: Uint8Array,
  ): Buffer | undefined {
    return unseal(key, sealed, this.#context(job, `once/${position}`));
  }

  #context(job: JobKey, what: string): string {
    return `${this.#storeId}/${job}/${what}`;
  }
}
