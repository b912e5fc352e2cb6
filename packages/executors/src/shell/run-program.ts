import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

import type { ProcessMark } from '../process/process-mark.ts';
import { settlesWithin } from '../process/settles-within.ts';
import { endStrays } from '../step/end-step.ts';

/** A program that a stage runs itself; unlike a step's it is not meant to outlive the runner. */
export interface Program {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** An open file that the program finds as its file descriptor 3. */
  readonly script?: number;
  readonly mark: ProcessMark;
  /** Ends the program, with everything that it started. */
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly onOutput: (chunk: Buffer, source: 'stdout' | 'stderr') => Promise<void>;
}

export interface ProgramEnd {
  readonly exitCode: number;
  /** The end of what it printed, for whoever has to tell one failure from another. */
  readonly lastOutput: string;
}

const LAST_OUTPUT_BYTES = 8 * 1024;

/** How long output may still come when the program has ended and another process holds its pipe. */
const DRAIN_MS = 200;

/** Runs a program to its end; it rejects only where the program cannot be started or was aborted. */
export async function runProgram(program: Program): Promise<ProgramEnd> {
  const { command, environment, folder, graceMs, mark, script, signal } = program;
  const [file = '', ...args] = command;
  signal.throwIfAborted();
  const child = spawn(file, args, {
    cwd: folder,
    // Not in the runner's group: an interrupt at the terminal is the runner's to answer.
    detached: true,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', script ?? 'ignore'],
  });
  const end = (): Promise<void> => endStrays(mark, graceMs);
  let ending: Promise<void> | undefined;
  const abort = (): void => void (ending ??= end());
  signal.addEventListener('abort', abort, { once: true });
  const tail = new Tail();
  const read = Promise.all(
    (['stdout', 'stderr'] as const).map(async (source) => {
      for await (const chunk of chunksOf(child[source])) {
        tail.add(chunk);
        await program.onOutput(chunk, source);
      }
    }),
  );
  try {
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    if (!(await settlesWithin(read, DRAIN_MS))) {
      if (!mark.isKept) await end();
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
    await read;
    await ending;
    signal.throwIfAborted();
    return { exitCode: code ?? (killedBy === null ? 1 : 137), lastOutput: tail.text };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The stream's chunks until it ends, or is given up since a daemon holds it. */
async function* chunksOf(stream: Readable | null): AsyncGenerator<Buffer> {
  if (stream === null) return;
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}

class Tail {
  #bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-LAST_OUTPUT_BYTES);
  }

  get text(): string {
    return this.#bytes.toString();
  }
}
