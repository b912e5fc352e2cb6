import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';

import type { FromProcess, ToProcess } from './process-entry.ts';
import type { CallResult, FromWorker, WorkerCall } from './worker-message.ts';
import type { RunningCall, WorkerPool } from './worker-pool.ts';

const entry = new URL(`./process-entry${extname(import.meta.filename)}`, import.meta.url);

/** Processes, one call at a time each, kept warm: whatever a handler does ends no more than its own. */
export function createProcessPool(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly heapLimitMb: number;
}): WorkerPool {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const start = (): ChildProcess => {
    const child = fork(entry, {
      env: options.env,
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
      execArgv: [...process.execArgv, `--max-old-space-size=${options.heapLimitMb}`],
    });
    const forget = (): void => {
      all.delete(child);
      const index = idle.indexOf(child);
      if (index >= 0) idle.splice(index, 1);
    };
    all.add(child);
    child.once('exit', forget);
    // One that cannot be started has no exit.
    child.on('error', forget);
    return child;
  };
  return {
    call: (call, onMessage) => {
      const child = idle.pop() ?? start();
      return callProcess(child, call, onMessage, () => idle.push(child));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map(ended));
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function callProcess(
  child: ChildProcess,
  call: WorkerCall,
  onMessage: (message: FromWorker) => void,
  release: () => void,
): RunningCall {
  // Where the process has just died, its exit says more than the message that did not arrive.
  const send = (message: ToProcess): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  let killed = false;
  let crash: string | undefined;
  const result = new Promise<CallResult>((resolve) => {
    const onReport = (report: FromProcess): void => {
      if ('message' in report) return onMessage(report.message);
      if ('crash' in report) {
        crash = report.crash;
        return;
      }
      child.off('message', onReport);
      child.off('exit', onExit);
      child.off('error', onError);
      release();
      resolve(report.result);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      resolve(crash === undefined ? toLostProcess(code, signal, killed) : toCrash(crash));
    };
    const onError = (error: Error): void => resolve(toUnstarted(error));
    child.on('message', onReport);
    child.once('exit', onExit);
    child.once('error', onError);
    send({ call });
  });
  return {
    result,
    send: (message) => send({ message }),
    kill: () => {
      killed = true;
      child.kill('SIGKILL');
    },
  };
}

function toUnstarted(error: Error): CallResult {
  const message = `the handler's process cannot be started: ${error.message}`;
  return { kind: 'failed', failure: { reason: 'runner-failed', message } };
}

function toCrash(message: string): CallResult {
  return {
    kind: 'failed',
    failure: { reason: 'worker-crashed', how: 'uncaught-exception', message },
  };
}

/** V8 ends a process whose heap is full by SIGABRT (or 134 through a shell). */
function toLostProcess(
  code: number | null,
  signal: NodeJS.Signals | null,
  killed: boolean,
): CallResult {
  const message = signal === null ? `its process exited with ${code}` : `its process got ${signal}`;
  const how = killed
    ? 'unresponsive'
    : signal === 'SIGABRT' || code === 134
      ? 'out-of-memory'
      : signal === null
        ? 'exited'
        : 'killed';
  return { kind: 'failed', failure: { reason: 'worker-crashed', how, message } };
}
