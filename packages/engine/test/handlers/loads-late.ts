/** Is loaded once the file `GATE` is there. */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { defineHandler } from '../../src/index.ts';

while (!existsSync(process.env['GATE'] ?? '')) await wait(10);

export default defineHandler({
  step: (ctx) => ctx.log.line('here at last'),
});
