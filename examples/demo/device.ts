import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** What the device tells of a program that it was given. */
export interface Installed {
  readonly run: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a run has printed from a line on; with an exit code, there will be no more. */
export interface RunLines {
  readonly lines: readonly string[];
  readonly exitCode: number | null;
}

interface Run extends Installed {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: string[];
  readonly changed: EventEmitter;
  exitCode: number | null;
}

/**
 * Stands for a machine in a laboratory: it takes a package over HTTP, runs it, and keeps what the
 * run prints. It neither knows nor minds who is watching.
 */
export class Device implements AsyncDisposable {
  readonly runs: Run[] = [];
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(folder: string): Promise<Device> {
    mkdirSync(folder);
    const device = new Device(folder);
    device.#server.listen(0, '127.0.0.1');
    await once(device.#server, 'listening');
    return device;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.runs) process.kill();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const run = this.runs[Number(pathname.split('/')[2]) - 1];
    if (request.method === 'POST') {
      const command = searchParams.getAll('word');
      send(response, await this.#install(await buffer(request), command));
    } else if (run === undefined) {
      response.writeHead(404).end();
    } else if (request.method === 'DELETE') {
      run.process.kill();
      response.writeHead(204).end();
    } else {
      send(response, await linesFrom(run, Number(searchParams.get('from'))));
    }
  }

  async #install(tarball: Buffer, command: readonly string[]): Promise<Installed> {
    const number = this.runs.length + 1;
    const cwd = join(this.#folder, `run-${number}`);
    mkdirSync(cwd);
    const unpacking = spawn('tar', ['-xzf', '-'], { cwd, stdio: ['pipe', 'inherit', 'inherit'] });
    unpacking.stdin.end(tarball);
    await once(unpacking, 'close');
    const program = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    const sha256 = createHash('sha256').update(tarball).digest('hex');
    const installed = { run: number, bytes: tarball.length, sha256 };
    this.runs.push(watch(installed, program));
    return installed;
  }
}

function watch(installed: Installed, process: ChildProcessByStdio<null, Readable, null>): Run {
  const run: Run = {
    ...installed,
    process,
    lines: [],
    changed: new EventEmitter(),
    exitCode: null,
  };
  createInterface(process.stdout).on('line', (line) => {
    run.lines.push(line);
    run.changed.emit('change');
  });
  process.once('close', (code) => {
    run.exitCode = code ?? 1;
    run.changed.emit('change');
  });
  return run;
}

async function linesFrom(run: Run, from: number): Promise<RunLines> {
  if (run.lines.length <= from && run.exitCode === null) await once(run.changed, 'change');
  return { lines: run.lines.slice(from), exitCode: run.exitCode };
}

function send(response: ServerResponse, body: Installed | RunLines): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
