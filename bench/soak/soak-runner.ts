import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';

import { registerRunner } from '../../chaos/register-runner.ts';
import type { Stage } from '../frame/bench.ts';
import { openFiles } from '../frame/processes.ts';
import { RunnerProcess } from '../frame/runner-process.ts';

/** What a look at a runner under load shows. */
export interface Look {
  readonly atS: number;
  readonly memoryMb: number;
  readonly openFiles: number;
  readonly processes: number;
  /** Of the runner's main thread, since the last look. */
  readonly loopDelayP99Ms: number;
}

/** A runner under load that can be looked at. */
export class SoakRunner implements AsyncDisposable {
  readonly name: string;
  readonly looks: Look[] = [];
  readonly process: RunnerProcess;
  readonly #metrics: string;

  constructor(name: string, runner: RunnerProcess, address: string) {
    this.name = name;
    this.process = runner;
    this.#metrics = `http://${address}/metrics`;
  }

  static async start(
    stage: Stage,
    gitlab: Emulator,
    { args, tag }: { readonly tag: string; readonly args: readonly string[] },
  ): Promise<SoakRunner> {
    const address = `127.0.0.1:${await freePort()}`;
    const access = { url: gitlab.url, runnerToken: await registerRunner(gitlab, tag) };
    const folder = join(stage.folder, tag);
    const own = ['--listen', address, '--concurrency', '8', ...args];
    return new SoakRunner(tag, new RunnerProcess({ ...stage, folder }, access, own), address);
  }

  async look(atS: number): Promise<void> {
    const { memoryMb, pid, tree } = this.process;
    const answer = await fetch(this.#metrics);
    const [, p99 = ''] =
      /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await answer.text()) ?? [];
    this.looks.push({
      atS,
      memoryMb: memoryMb.now,
      openFiles: openFiles(pid),
      processes: tree.length,
      loopDelayP99Ms: Number(p99) * 1000,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
