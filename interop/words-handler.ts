/**
 * Obeys the same few words as `rust/src/bin/crate-runner.rs`, so that both do the same jobs, and
 * `pause SECONDS`, which says nothing.
 */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler, type StepContext } from '@fellrunner/engine';

const written = new Map<number, { path: string; data: string }[]>();

export default defineHandler({
  isolation: 'shared',
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    for (const line of ctx.script) await obey(ctx, line);
  },
  *artifacts(ctx) {
    yield* written.get(ctx.job.id) ?? [];
  },
});

async function obey(ctx: StepContext, line: string): Promise<void> {
  const [word, ...rest] = line.split(' ');
  switch (word) {
    case 'say':
      await ctx.log.line(rest.join(' '));
      return;
    case 'wait':
      for (let second = Number(rest[0]); second > 0; second -= 1) {
        await ctx.log.line('waiting');
        await sleep(1000, undefined, { signal: ctx.signal });
      }
      return;
    case 'pause':
      await sleep(1000 * Number(rest[0]), undefined, { signal: ctx.signal });
      return;
    case 'write': {
      const [path = '', ...words] = rest;
      const files = written.get(ctx.job.id) ?? [];
      written.set(ctx.job.id, [...files, { path, data: words.join(' ') }]);
      return;
    }
    case 'read':
      await ctx.log.line(await readFrom(ctx, rest));
      return;
    default:
      ctx.fail(`no such word: ${word}`);
  }
}

async function readFrom(ctx: StepContext, [name, path = '']: readonly string[]): Promise<string> {
  for (const dependency of ctx.dependencies) {
    if (dependency.name === name) return text(await dependency.file(path));
  }
  return ctx.fail(`no dependency ${name}`);
}
