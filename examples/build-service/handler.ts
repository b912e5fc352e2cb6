// A job is a build on another machine: submitted once, followed for hours, canceled with the job.
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '@fellrunner/engine';

const { BUILD_SERVICE = '', POLL_SECONDS = '10' } = process.env;

interface Build {
  readonly id: number;
  readonly state: 'building' | 'succeeded' | 'failed' | 'canceled';
  readonly log: string;
}

export default defineHandler({
  resumable: true,
  isolation: 'shared', // it mostly waits, so many jobs may do so in one thread
  async step({ fail, job, log, once, phase, script, signal }) {
    if (phase !== 'script') return;
    const { id } = await once('submit', () => submit(job.url, script, signal));
    await log.line(`This is build ${id}.`);
    // After a restart the log is read from its start again; what GitLab has of it is passed over.
    for (let from = 0; ; await sleep(Number(POLL_SECONDS) * 1000, undefined, { signal })) {
      const build = await patiently(() => ask(`/builds/${id}?from=${from}`, { signal }), signal);
      await log.write(build.log);
      from += build.log.length;
      if (build.state === 'succeeded') return;
      if (build.state !== 'building') fail('script_failure', 1);
    }
  },
  // Runs also after a crash and may run twice: canceling what has ended changes nothing.
  async cleanup({ outcome, recall, signal }) {
    const submitted = recall<Build>('submit', 'script');
    if (submitted === undefined || outcome === 'success') return;
    await ask(`/builds/${submitted.id}`, { method: 'DELETE', signal });
  },
});

/** Carries a key: when the runner dies before it knows the id, the same build is found again. */
function submit(key: string, packages: readonly string[], signal: AbortSignal): Promise<Build> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify({ packages });
  return patiently(() => ask('/builds', { method: 'POST', headers, body, signal }), signal);
}

async function ask(path: string, init: RequestInit): Promise<Build> {
  const answer = await fetch(new URL(path, BUILD_SERVICE), init);
  if (answer.status >= 500) throw new Error(`The build service answered ${answer.status}.`);
  if (!answer.ok) throw new Refusal(`The build service refused ${path} (${answer.status}).`);
  return (await answer.json()) as Build;
}

/** An answer that will not be another one when the service is asked again. */
class Refusal extends Error {}

/** A service that is away for an hour fails no build of twelve. */
async function patiently<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = 1000; ; pauseMs = Math.min(2 * pauseMs, 60_000)) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) throw error;
      console.warn(`Trying again in ${pauseMs} ms: ${String(error)}`);
      await sleep(pauseMs, undefined, { signal });
    }
  }
}
