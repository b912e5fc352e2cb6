import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

/** A job that runs without a runner, so that what a runner sends can be sent without one. */
export async function takeJob(gitlab: Emulator): Promise<EmulatedJob> {
  const job = gitlab.job();
  const answer = await fetch(`${gitlab.url}/api/v4/jobs/request`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: gitlab.runnerToken }),
  });
  if (answer.status !== 201) throw new Error(`There was no job: ${answer.status}.`);
  await answer.arrayBuffer();
  return job;
}
