import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Secret } from '@fellrunner/core';
import { describe, expect, it, vi } from 'vitest';

import { editConfigFile, rehearseEdit, setRunnerToken } from '../src/config/edit-config-file.ts';
import { TempFolder } from './support/temp-folder.ts';

const MODULE = new URL('../src/config/edit-config-file.ts', import.meta.url).href;
const CONFIG = `# mine
[[runners]]
  token = "glrt-old" # until May
`;
const CHANGE = {
  from: new Secret('glrt-old'),
  to: new Secret('glrt-new'),
  obtainedAt: new Date('2026-05-01T12:00:00.5Z'),
  expiresAt: undefined,
};

describe('an edit of a config.toml', () => {
  it('leaves a file that its owner alone can read, and nothing beside it', () => {
    using folder = new TempFolder();
    const file = folder.write('config.toml', CONFIG, 0o644);
    editConfigFile(file, setRunnerToken(CHANGE));
    expect(readFileSync(file, 'utf8')).toBe(
      CONFIG.replace('glrt-old', 'glrt-new') +
        '  token_obtained_at = 2026-05-01T12:00:00Z\n' +
        '  token_expires_at = 0001-01-01T00:00:00Z\n',
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(['config.toml']);
  });

  it('follows a link instead of replacing it', () => {
    using folder = new TempFolder();
    mkdirSync(folder.file('real'));
    const file = folder.write('real/config.toml', CONFIG);
    symlinkSync(file, folder.file('config.toml'));
    editConfigFile(folder.file('config.toml'), setRunnerToken(CHANGE));
    expect(lstatSync(folder.file('config.toml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('glrt-new');
  });

  it('that cannot be made changes nothing, and says where', () => {
    using folder = new TempFolder();
    const file = folder.write('config.toml', CONFIG);
    const edit = setRunnerToken({ ...CHANGE, from: new Secret('glrt-other') });
    expect(() => editConfigFile(file, edit)).toThrow(`${file}:2: no entry has the token written`);
    expect(readFileSync(file, 'utf8')).toBe(CONFIG);
    expect(readdirSync(folder.path)).toEqual(['config.toml']);
  });

  it('is refused in a rehearsal where the folder cannot be written to', () => {
    using folder = new TempFolder();
    // A folder that even root cannot write to is one that is a file.
    folder.write('folder', '');
    const file = join(folder.file('folder'), 'config.toml');
    const edit = (): never => expect.unreachable();
    expect(() => rehearseEdit(file, edit)).toThrow(`The configuration ${file} cannot be `);
  });

  it('is left out in a rehearsal, with the folders that it would need', () => {
    using folder = new TempFolder();
    rehearseEdit(folder.file('a/b/config.toml'), (before) => before.withRunner({ name: 'new' }));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('loses none of those that others make at the same time', async () => {
    using folder = new TempFolder();
    const file = folder.file('config.toml');
    const source = `import { workerData } from 'node:worker_threads';
      import { editConfigFile } from ${JSON.stringify(MODULE)};
      for (let n = 0; n < 5; n += 1)
        editConfigFile(${JSON.stringify(file)}, (it) => it.withRunner({ name: workerData + '-' + n }));`;
    const code = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const workers = ['a', 'b', 'c', 'd'].map((workerData) => new Worker(code, { workerData }));
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
    expect(readFileSync(file, 'utf8').match(/\[\[runners\]\]/g)).toHaveLength(20);
  });

  it('leaves the old text or the new one where its process is killed, and does not hold up others', async () => {
    using folder = new TempFolder();
    const file = folder.write('config.toml', CONFIG);
    const source = `const { editConfigFile } = await import(${JSON.stringify(MODULE)});
      for (let n = 0; ; n += 1) editConfigFile(${JSON.stringify(file)}, (it) => it.withValues(0, { id: n }));`;
    const args = ['--conditions=@fellrunner/source', '--input-type=module', '-e', source];
    for (const edits of [3, 7, 12]) {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      const editsDone = (): number =>
        Number(/id = (\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? -1);
      await expect.poll(editsDone, { timeout: 30_000, interval: 1 }).toBeGreaterThanOrEqual(edits);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readFileSync(file, 'utf8').replace(/ {2}id = \d+\n/, '')).toBe(CONFIG);
      const waits = vi.spyOn(Atomics, 'wait');
      editConfigFile(file, (document) => document.withValues(0, { id: 0 }));
      expect(waits).not.toHaveBeenCalled();
      waits.mockRestore();
    }
    expect(readdirSync(folder.path)).toEqual(['config.toml']);
  });

  it('is not held up for long by a lock that another machine left behind', () => {
    using folder = new TempFolder();
    const file = folder.write('config.toml', CONFIG);
    const longAgo = Date.now() / 1000 - 60;
    const lock = folder.file('config.toml.lock');
    symlinkSync('1 elsewhere', lock);
    lutimesSync(lock, longAgo, longAgo);
    editConfigFile(file, setRunnerToken(CHANGE));
    expect(readFileSync(file, 'utf8')).toContain('glrt-new');
    expect(readdirSync(folder.path)).toEqual(['config.toml']);
  });
});
