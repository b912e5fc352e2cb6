import { mkdtempSync } from 'node:fs';
import { runDemo } from './run-demo.ts';
import { Story } from './story.ts';
const folder = mkdtempSync('/tmp/frdemo-');
console.log(folder);
console.log(
  await runDemo({
    root: '/tmp/frroot',
    folder,
    story: new Story(),
    signal: AbortSignal.timeout(40000),
  }),
);
