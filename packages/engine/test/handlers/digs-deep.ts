/** Leaves a folder behind whose path is too long for who removes it by its whole path. */
import { execFileSync } from 'node:child_process';

import { defineHandler } from '../../src/index.ts';

const SCRIPT = 'for n in {1..30}; do mkdir "$NAME" && cd "$NAME" || exit 1; done';

export default defineHandler({
  step({ phase, workdir }) {
    if (phase !== 'script') return;
    execFileSync('bash', ['-c', SCRIPT], { cwd: workdir, env: { NAME: 'd'.repeat(200) } });
  },
});
