/** Ends its step when the address in `GATE` answers. */
import { defineHandler } from '@fellrunner/engine';

export default defineHandler({
  async step({ job, phase }) {
    if (phase === 'script') await fetch(job.variables.value('GATE'));
  },
});
