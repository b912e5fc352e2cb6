// Jobs with the tag `device`: the package goes onto the device once, and its output is followed,
// by another process where the first one was killed.
import { buffer } from 'node:stream/consumers';

import { defineHandler, type StepContext } from '@fellrunner/engine';

import type { Installed, RunLines } from './device.ts';

const PACKAGE = 'examples/demo-project/fellrace.tar.gz';
const device = process.env['DEVICE_URL'];

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const { run, bytes } = await ctx.once('install', () => install(ctx));
    await ctx.log.line(`The device took ${bytes} bytes, and starts run ${run}.`);
    for (let from = 0; ;) {
      const { lines, exitCode } = await linesFrom(from, run, ctx.signal);
      for (const line of lines) await ctx.log.line(line);
      from += lines.length;
      if (exitCode === 0) return;
      if (exitCode !== null) ctx.fail('script_failure', exitCode);
    }
  },
  async *artifacts(ctx) {
    const installed = ctx.recall<Installed>('install', 'script');
    if (installed === undefined) return;
    const { lines } = await linesFrom(0, installed.run, ctx.signal);
    yield { path: 'device.txt', data: lines.map((line) => `${line}\n`).join('') };
  },
  async cleanup(ctx) {
    const installed = ctx.recall<Installed>('install', 'script');
    if (installed === undefined || ctx.outcome === 'success') return;
    await fetch(`${device}/runs/${installed.run}`, { method: 'DELETE' });
  },
});

async function install({ dependencies, script, signal }: StepContext): Promise<Installed> {
  const [dependency] = dependencies;
  if (dependency === undefined) throw new Error('There is no job with a package before this one.');
  const body = await buffer(await dependency.file(PACKAGE));
  const query = new URLSearchParams();
  for (const word of script.join(' ').split(' ')) query.append('word', word);
  const answer = await fetch(`${device}/runs?${query}`, { method: 'POST', body, signal });
  return (await answer.json()) as Installed;
}

/** Waits until there is more than what came before, or the run is over. */
async function linesFrom(from: number, run: number, signal: AbortSignal): Promise<RunLines> {
  const answer = await fetch(`${device}/runs/${run}?from=${from}`, { signal });
  return (await answer.json()) as RunLines;
}
