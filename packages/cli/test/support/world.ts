import { startEmulator, type Emulator } from '@fellrunner/emulator';

import { runCommand, type Ended } from './command.ts';
import { TempFolder } from './temp-folder.ts';

/** A GitLab, somebody's home folder, and the command as that person calls it. */
export class World implements AsyncDisposable {
  readonly gitlab: Emulator;
  readonly home = new TempFolder();

  private constructor(gitlab: Emulator) {
    this.gitlab = gitlab;
  }

  static async create(): Promise<World> {
    return new World(await startEmulator());
  }

  /** As the administrator, with address and token in the environment. */
  admin(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const { adminToken: GITLAB_TOKEN, url: GITLAB_URL } = this.gitlab;
    return this.call(args, { GITLAB_URL, GITLAB_TOKEN, ...env });
  }

  /** As nobody in particular. */
  call(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return runCommand(args, { HOME: this.home.path, ...env });
  }

  /** Makes something over the emulator's control. */
  async make(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.gitlab.url}/_emulator${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  /** Makes an instance runner; returns its id and its token. */
  async makeRunner(more: object = {}): Promise<{ id: number; token: string }> {
    const response = await fetch(`${this.gitlab.url}/api/v4/user/runners`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'private-token': this.gitlab.adminToken },
      body: JSON.stringify({ runner_type: 'instance_type', ...more }),
    });
    return (await response.json()) as { id: number; token: string };
  }

  /** What the requests with a method on a path were answered. */
  answers(method: string, path: RegExp): (number | null)[] {
    return this.gitlab.requests
      .filter((request) => request.method === method && path.test(request.path))
      .map(({ status }) => status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.home[Symbol.dispose]();
    await this.gitlab.close();
  }
}

/** One line on standard error that says so, nothing on standard output, no token anywhere. */
export function isOneLine({ stderr, stdout }: Ended): boolean {
  return /^fellrunner: [^\n]+\n$/.test(stderr) && stdout === '' && !/gl(?:pat|rt)-\w/.test(stderr);
}
