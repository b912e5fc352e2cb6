/** Prints, as JSON, its script and what it knows of two variables. */
import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step({ job, log, phase, script }) {
    if (phase !== 'script') return;
    await log.line(JSON.stringify({ phase, script }));
    const id = job.variables.get('CI_JOB_ID');
    const test = job.variables.get('TEST_VARIABLE');
    await log.line(
      JSON.stringify({
        id: { is: Number(id?.value) === job.id, public: id?.public, masked: id?.masked },
        test: test && {
          isRight: test.value === 'a testing value',
          public: test.public,
          masked: test.masked,
          shown: String(test),
        },
      }),
    );
  },
});
