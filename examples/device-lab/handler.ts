// A job's script lines go to a board over its console; a board does one job at a time.
import { createReadStream } from 'node:fs';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { defineHandler } from '@fellrunner/engine';

import { SerialConsole } from './serial-console.ts';

const { LAB = '/run/lock', CONSOLE = 'console' } = process.env;

// Not resumable: nobody knows what a board does while nobody looks, so GitLab's `retry` decides.
export default defineHandler({
  async step({ fail, job, log, phase, script, signal, workdir }) {
    if (phase !== 'script') return;
    const board = job.variables.value('BOARD');
    if (!/^\w+$/.test(board)) throw new Error(`BOARD is "${board}", which is no board's name.`);
    const show = async (text: string): Promise<void> => {
      await log.line(text);
      await appendFile(join(workdir, 'console.log'), `${text}\n`);
    };
    await log.line(`Waiting for ${board}.`);
    const lock = join(LAB, `${board}.lock`);
    using port = new SerialConsole(lock, [...CONSOLE.split(' '), board], signal);
    const results: Result[] = [];
    for (const line of script) {
      await show(`${board}> ${line}`);
      const exitCode = await port.send(line, show);
      results.push({ line, exitCode });
      await writeFile(join(workdir, 'report.xml'), toJUnit(job.name, results));
      if (exitCode !== 0) fail('script_failure', exitCode);
    }
  },
  async *artifacts({ workdir }) {
    for (const path of await readdir(workdir)) {
      yield { path, open: () => createReadStream(join(workdir, path)) };
    }
  },
});

interface Result {
  readonly line: string;
  readonly exitCode: number;
}

function toJUnit(suite: string, results: readonly Result[]): string {
  const cases = results.map(({ line, exitCode }) => {
    const failure = exitCode === 0 ? '' : `<failure message="code ${exitCode}"/>`;
    return `  <testcase classname="${escape(suite)}" name="${escape(line)}">${failure}</testcase>\n`;
  });
  return `<testsuite name="${escape(suite)}" tests="${cases.length}">\n${cases.join('')}</testsuite>\n`;
}

function escape(text: string): string {
  return text.replaceAll(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
