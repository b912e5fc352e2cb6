import type { Clock } from '../clock.ts';
import type { Ids } from './ids.ts';
import { newPersonalAccessToken } from './tokens.ts';
import type { AccessToken, Scope, User } from './user.ts';

export interface UserSpec {
  readonly username: string;
  readonly admin?: boolean;
}

/** Everybody with an account, and their personal access tokens. */
export class Users {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #byId = new Map<number, User>();
  readonly #tokens = new Map<string, AccessToken>();

  constructor(ids: Ids, clock: Clock) {
    this.#ids = ids;
    this.#clock = clock;
  }

  add({ username, admin = false }: UserSpec, id = this.#ids.next('user')): User {
    const user: User = {
      id,
      username,
      name: username === 'root' ? 'Administrator' : username,
      email: `${username}@example.com`,
      admin,
      createdAt: this.#clock.now(),
      state: 'active',
    };
    this.#byId.set(user.id, user);
    return user;
  }

  addToken(user: User, scopes: readonly Scope[], token = newPersonalAccessToken()): string {
    this.#tokens.set(token, { token, user, scopes });
    return token;
  }

  get(id: number): User | undefined {
    return this.#byId.get(id);
  }

  named(username: string): User | undefined {
    return [...this.#byId.values()].find((user) => user.username === username);
  }

  byToken(token: string): AccessToken | undefined {
    return this.#tokens.get(token);
  }
}
