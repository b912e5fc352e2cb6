export type Scope =
  'api' | 'read_api' | 'create_runner' | 'manage_runner' | 'read_user' | 'read_repository';

export interface AccessToken {
  readonly token: string;
  readonly user: User;
  readonly scopes: readonly Scope[];
}

/** Somebody with an account; a blocked one's jobs are not handed out. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly admin: boolean;
  readonly createdAt: number;
  state: 'active' | 'blocked';
}
