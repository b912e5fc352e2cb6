import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';

import { registerRunner } from './register-runner.ts';

/** Writes a `config.toml` for one process that does shell jobs and a handler's; its path. */
export async function configureBothKinds(
  gitlab: Emulator,
  folder: string,
  { handler, concurrent }: { readonly handler: string; readonly concurrent: number },
): Promise<string> {
  const entry = async (tag: string, more: string): Promise<string> => `
[[runners]]
name = "${tag}"
url = "${gitlab.url}"
token = "${await registerRunner(gitlab, tag)}"
executor = "${tag}"
${more}
`;
  const shell = await entry('shell', `builds_dir = "${join(folder, 'builds')}"`);
  const own = await entry('handler', `handler = "${handler}"`);
  const file = join(folder, 'config.toml');
  writeFileSync(file, `concurrent = ${concurrent}\n${shell}${own}`, { mode: 0o600 });
  return file;
}
