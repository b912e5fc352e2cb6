import { startEmulator, type Emulator } from '@fellrunner/emulator';
import {
  createManagement,
  type CreatedRunner,
  type Management,
  type ManagementOptions,
  type NewRunner,
} from '../../src/index.ts';

/** Somebody at the emulated GitLab, with a client of their own. */
export interface Person extends AsyncDisposable {
  readonly id: number;
  readonly token: string;
  readonly gitlab: Management;
}

/** An emulated GitLab, and who lives in it. */
export class TestGitLab implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly admin: Management;
  readonly #open: AsyncDisposable[] = [];
  #names = 0;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.admin = this.client({ token: emulator.adminToken });
  }

  client(options: Partial<ManagementOptions> = {}): Management {
    const client = createManagement({ url: this.emulator.url, ...options });
    this.#open.push(client);
    return client;
  }

  async user(options: { admin?: boolean; scopes?: string[] } = {}): Promise<Person> {
    const { id, token } = await this.control('POST', '/users', {
      username: this.#name('user'),
      ...options,
    });
    const gitlab = this.client({ token: String(token) });
    return {
      id: Number(id),
      token: String(token),
      gitlab,
      [Symbol.asyncDispose]: () => gitlab[Symbol.asyncDispose](),
    };
  }

  async group(parentId?: number): Promise<number> {
    const { id } = await this.control('POST', '/groups', {
      path: this.#name('group'),
      parent_id: parentId,
    });
    return Number(id);
  }

  async project(options: { group_id?: number; shared_runners_enabled?: boolean } = {}): Promise<{
    id: number;
    path: string;
    registrationToken: string;
  }> {
    const made = await this.control('POST', '/projects', {
      path: this.#name('project'),
      ...options,
    });
    return {
      id: Number(made['id']),
      path: String(made['path_with_namespace']),
      registrationToken: String(made['runners_token']),
    };
  }

  /** Makes somebody a member: Reporter 20, Developer 30, Maintainer 40, Owner 50. */
  async join(
    place: 'groups' | 'projects',
    id: number,
    person: Person,
    level: number,
  ): Promise<void> {
    await this.control('POST', `/${place}/${id}/members`, {
      user_id: person.id,
      access_level: level,
    });
  }

  /** A runner of the administrator's making. */
  create(runner: NewRunner = { type: 'instance_type' }): Promise<CreatedRunner> {
    return this.admin.runners.create(runner);
  }

  async control(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.send(method, `/_emulator${path}`, body);
  }

  /** Sends what a runner sends; an answer without a body is an empty object. */
  async send(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.emulator.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  }

  /** Lets a process of the runner ask for a job, and returns the job that it got. */
  async takeJob(
    { token }: CreatedRunner,
    process: { system_id?: string; info?: object } = {},
  ): Promise<{ id: number; token: string }> {
    const payload = await this.send('POST', '/api/v4/jobs/request', {
      token: token.reveal(),
      system_id: 's_test',
      ...process,
    });
    return { id: Number(payload['id']), token: String(payload['token']) };
  }

  async finishJob(job: { id: number; token: string }, state: 'failed' | 'success'): Promise<void> {
    await this.send('PUT', `/api/v4/jobs/${job.id}`, { token: job.token, state });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#open) await client[Symbol.asyncDispose]();
    await this.emulator.close();
  }

  #name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }
}

export async function startGitLab(): Promise<TestGitLab> {
  return new TestGitLab(await startEmulator());
}

/** All that a listing brings. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function idsOf(items: AsyncIterable<{ readonly id: number }>): Promise<number[]> {
  return (await collect(items)).map(({ id }) => id);
}
