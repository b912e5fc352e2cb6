// A process that a test kills: it takes up a job from the text in a file, writes a line, and says
// on stdout when GitLab has it. Then it writes on until it is ended.
import { readFileSync } from 'node:fs';

import { JobSession } from '../../src/index.ts';

const [file = '', name = ''] = process.argv.slice(2);
const job = await JobSession.restore(readFileSync(file, 'utf8'));
await job.log.line(`${name} goes on`);
await job.flush();
process.stdout.write('written\n');
for (let n = 0; ; n += 1) {
  await job.log.line(`${name} ${n}`);
  await job.flush();
}
