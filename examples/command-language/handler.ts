// A runner whose script lines are commands of its own. To add one, write a function.
import { createReadStream } from 'node:fs';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { defineHandler, type StepContext } from '@fellrunner/engine';

import { splitWords } from './split-words.ts';

type Command = (args: string[], ctx: StepContext) => Promise<void>;

const commands = new Map<string, Command>(Object.entries({ say, wait, write }));

export default defineHandler({
  resumable: true,
  async step(ctx) {
    for (const [index, line] of ctx.script.entries()) {
      // A line that was run is not run again when the runner is killed after it.
      await ctx.once(`line ${index + 1}`, () => runLine(line, ctx));
    }
  },
  async *artifacts({ workdir }) {
    for (const file of await readdir(workdir)) {
      yield { path: file, open: () => createReadStream(join(workdir, file)) };
    }
  },
});

async function runLine(line: string, ctx: StepContext): Promise<void> {
  await ctx.log.line(`> ${line}`);
  const [name = '', ...args] = splitWords(line, (text) => ctx.job.variables.expand(text));
  const command = commands.get(name);
  if (command === undefined) {
    throw new Error(`There is no command "${name}"; there are ${[...commands.keys()].join(', ')}.`);
  }
  await command(args, ctx);
}

/** `say [--loud] WORD...` */
async function say(args: string[], { log }: StepContext): Promise<void> {
  const options = { loud: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const text = positionals.join(' ');
  await log.line(values.loud ? `${text.toUpperCase()}!` : text);
}

/** `wait SECONDS` */
async function wait(args: string[], { signal }: StepContext): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await sleep(Number(positionals[0]) * 1000, undefined, { signal });
}

/** `write [--append] FILE TEXT` */
async function write(args: string[], { workdir }: StepContext): Promise<void> {
  const options = { append: { type: 'boolean', short: 'a' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [file = '', text = ''] = positionals;
  if (file !== basename(file)) throw new Error(`"${file}" is no plain file name.`);
  const put = values.append ? appendFile : writeFile;
  await put(join(workdir, file), `${text}\n`);
}
