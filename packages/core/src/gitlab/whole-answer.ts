import type { Dispatcher } from 'undici';

/** An answer with its whole body; headers by their names in small letters. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/**
 * Sends a request and gathers its answer. Answers to a runner are short, and a stream for each of
 * them costs more than the rest of the request.
 *
 * @throws what undici does, or the signal's reason.
 */
export function wholeAnswer(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<WholeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  const gathering = new Gathering(options.body, resolve, reject);
  if (signal === undefined) {
    dispatcher.dispatch(options, gathering);
    return promise;
  }
  if (signal.aborted) gathering.abort(reasonOf(signal));
  const onAbort = (): void => gathering.abort(reasonOf(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  dispatcher.dispatch(options, gathering);
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

class Gathering implements Dispatcher.DispatchHandler {
  readonly #requestBody: Dispatcher.DispatchOptions['body'];
  readonly #resolve: (answer: WholeAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #abortedBy: Error | undefined;
  #status = 0;
  #headers: WholeAnswer['headers'] = {};

  constructor(
    requestBody: Dispatcher.DispatchOptions['body'],
    resolve: (answer: WholeAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#requestBody = requestBody;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  abort(reason: Error): void {
    this.#abortedBy ??= reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortedBy !== undefined) controller.abort(this.#abortedBy);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: WholeAnswer['headers'],
  ): void {
    // What comes before the answer (100, 103) is none.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only = Buffer.alloc(0), ...more] = this.#chunks;
    const body = more.length === 0 ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const body = this.#requestBody;
    if (typeof body === 'object' && body !== null && 'destroy' in body) {
      body.once('error', () => undefined);
      body.destroy(error);
    }
    this.#reject(error);
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
