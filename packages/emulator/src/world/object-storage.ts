import { randomBytes } from 'node:crypto';
import type { Artifact } from './artifact.ts';

/** Gives artifacts addresses that need no token, as an object storage's signed URLs. */
export class ObjectStorage {
  readonly #baseUrl: () => string;
  readonly #keys = new Map<Artifact, string>();
  readonly #artifacts = new Map<string, Artifact>();

  constructor(baseUrl: () => string) {
    this.#baseUrl = baseUrl;
  }

  urlOf(artifact: Artifact): string {
    let key = this.#keys.get(artifact);
    if (key === undefined) {
      key = randomBytes(16).toString('hex');
      this.#keys.set(artifact, key);
      this.#artifacts.set(key, artifact);
    }
    return `${this.#baseUrl()}/object-storage/${key}/${encodeURIComponent(artifact.filename)}`;
  }

  find(key: string): Artifact | undefined {
    return this.#artifacts.get(key);
  }
}
