/** Prints lines at a steady rate, and notes beside it when how many bytes had been printed. */
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STDOUT = 1;
const TICK_MS = 20;
const [bytesPerS = '0', seconds = '0', diary = ''] = process.argv.slice(2);

const startedAt = Date.now();
let written = 0;
for (let line = 0; Date.now() - startedAt < Number(seconds) * 1000;) {
  const due = ((Date.now() - startedAt) / 1000) * Number(bytesPerS);
  let text = '';
  for (; written + text.length < due; line += 1)
    text += `line ${line} ${'of steady output '.repeat(6)}\n`;
  writeSync(STDOUT, text);
  written += text.length;
  appendFileSync(diary, `${Date.now()} ${written}\n`);
  await sleep(TICK_MS);
}
