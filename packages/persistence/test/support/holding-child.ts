// Opens a store, says so, and holds it until it is killed.
import { writeSync } from 'node:fs';

import { isRunnerError } from '@fellrunner/core';

import { openStore } from '../../src/index.ts';

const [file = ''] = process.argv.slice(2);
try {
  openStore(file, { program: 'fellrunner run' });
  writeSync(1, 'held\n');
  setInterval(() => undefined, 60_000);
} catch (error) {
  if (!isRunnerError(error)) throw error;
  writeSync(1, `${error.code} ${error.message}\n`);
}
