import type { KeyObject } from 'node:crypto';

import type { JobKey, OnceValue } from '@fellrunner/core';

import { takeRandom } from './random-pool.ts';
import { KEY_BYTES, seal, toKey, unseal } from './seal.ts';

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
  readonly #keys: readonly KeyObject[];

  /** New jobs are wrapped with the first key; older ones may be with any. */
  constructor(storeId: string, keys: readonly KeyObject[]) {
    this.#storeId = storeId;
    this.#keys = keys;
  }

  sealJob(job: JobKey, payload: string): SealedJob {
    const [storeKey] = this.#keys;
    if (storeKey === undefined) throw new Error('A vault without a key takes no jobs.');
    const key = takeRandom(KEY_BYTES);
    return {
      wrappedKey: seal(storeKey, key, this.#context(job, 'key')),
      payload: seal(toKey(key), Buffer.from(payload), this.#context(job, 'payload')),
    };
  }

  /** The job's own key; undefined where the store's key that it needs is not there. */
  unwrap(job: JobKey, wrappedKey: Uint8Array): KeyObject | undefined {
    for (const storeKey of this.#keys) {
      const key = unseal(storeKey, wrappedKey, this.#context(job, 'key'));
      if (key !== undefined) return toKey(key);
    }
    return undefined;
  }

  unsealPayload(job: JobKey, key: KeyObject, payload: Uint8Array): string | undefined {
    return unseal(key, payload, this.#context(job, 'payload'))?.toString();
  }

  sealResult(job: JobKey, key: KeyObject, position: number, value: OnceValue): Buffer {
    const bytes = value.kind === 'json' ? Buffer.from(value.text) : value.bytes;
    return seal(key, bytes, this.#context(job, `once/${position}`));
  }

  unsealResult(
    job: JobKey,
    key: KeyObject,
    position: number,
    sealed: Uint8Array,
  ): Buffer | undefined {
    return unseal(key, sealed, this.#context(job, `once/${position}`));
  }

  #context(job: JobKey, what: string): string {
    return `${this.#storeId}/${job}/${what}`;
  }
}
