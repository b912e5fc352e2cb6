import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';

import type { WorkerLink } from './perform-call.ts';

/** What a call can be reached by from anywhere below it: consoles and stray rejections. */
export interface CallScope {
  readonly link: WorkerLink;
  /** Ends the call with what was left unhandled. */
  readonly onUnhandled: (reason: unknown) => void;
  /** Saves what the call has printed when the thread ends under it. */
  readonly onExit: () => void;
}

const scopes = new AsyncLocalStorage<CallScope>();
const open = new Set<CallScope>();
let prepared = false;

/** Runs a call so that what escapes it is still known to be its own. */
export async function inScope<T>(scope: CallScope, body: () => Promise<T>): Promise<T> {
  prepareOnce();
  open.add(scope);
  try {
    return await scopes.run(scope, body);
  } finally {
    open.delete(scope);
  }
}

function prepareOnce(): void {
  if (prepared) return;
  prepared = true;
  redirectConsole();
  process.on('unhandledRejection', (reason) => {
    const scope = scopes.getStore() ?? onlyOne();
    // With nobody to blame, the thread ends as Node would end it.
    if (scope === undefined) throw reason;
    scope.onUnhandled(reason);
  });
  process.on('exit', () => {
    for (const scope of open) scope.onExit();
  });
}

function onlyOne(): CallScope | undefined {
  const [first, ...others] = open;
  return others.length === 0 ? first : undefined;
}

/** A handler's `console` goes to the program's log; stdout belongs to the command alone. */
function redirectConsole(): void {
  const say =
    (level: 'info' | 'warn' | 'error') =>
    (...args: unknown[]): void => {
      (scopes.getStore() ?? onlyOne())?.link.post({
        type: 'console',
        level,
        text: format(...args),
      });
    };
  Object.assign(console, {
    log: say('info'),
    info: say('info'),
    debug: say('info'),
    trace: say('info'),
    warn: say('warn'),
    error: say('error'),
  });
  const write = (level: 'info' | 'error') => (chunk: unknown) => {
    say(level)(String(chunk).replace(/\n$/, ''));
    return true;
  };
  process.stdout.write = write('info');
  process.stderr.write = write('error');
}
