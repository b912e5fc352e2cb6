/** Asks the test, at the address in `DIRECTOR`, what to do next, and does it. */
import { defineHandler } from '../../src/index.ts';
import type { Command } from '../support/director.ts';

export default defineHandler({
  async step({ job, log, phase, signal }) {
    if (phase !== 'script') return;
    const director = `${job.variables.value('DIRECTOR')}/${job.id}`;
    for (;;) {
      const answer = await fetch(director, { signal });
      const command = (await answer.json()) as Command;
      if (command.kind === 'end') return;
      await log.write(command.text);
    }
  },
});
