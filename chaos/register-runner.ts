import type { Emulator } from '@fellrunner/emulator';

/** Makes a runner that takes the jobs of one tag alone; its token. */
export async function registerRunner(gitlab: Emulator, tag: string): Promise<string> {
  const answer = await fetch(`${gitlab.url}/api/v4/runners`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: gitlab.registrationToken, tag_list: [tag], run_untagged: false }),
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
}
