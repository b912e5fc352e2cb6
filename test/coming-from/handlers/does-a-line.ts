import { defineHandler } from '@fellrunner/engine';

const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

/** Runs the lines of the job's script, which are code, with the handler's own context. */
export default defineHandler({
  async step(ctx) {
    const line = AsyncFunction('ctx', `{ ${ctx.script.join('\n')} }`) as (
      scope: typeof ctx,
    ) => Promise<void>;
    await line(ctx);
  },
  *artifacts() {
    yield { path: 'out/hello', data: 'hello' };
  },
});
