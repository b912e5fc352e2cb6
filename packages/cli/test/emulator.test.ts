import { readdirSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { Command } from './support/command.ts';
import { TempFolder } from './support/temp-folder.ts';

describe('an emulator', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const)(
    'ends with 0 and leaves no file behind at %s',
    async (signal) => {
      using folder = new TempFolder();
      await using command = Command.start(['emulator'], { TMPDIR: folder.path });
      const { url } = JSON.parse(await command.output(/\n$/)) as { url: string };
      const body = JSON.stringify({ git: { path: process.cwd() } });
      const made = await fetch(`${url}/_emulator/jobs`, { method: 'POST', body });
      expect(made.status).toBe(201);
      expect(readdirSync(folder.path)).not.toEqual([]);
      command.send(signal);
      expect(await command.ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );
});
