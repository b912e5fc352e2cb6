/** `npm run faults -- [--jobs N] [--seed S] [--two-phase] [--json]` */
import { parseArgs } from 'node:util';

import { runFaults, type FaultsReport } from './faults-run.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'two-phase': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const report = await runFaults({
  jobs: Number(values.jobs),
  seed: Number(values.seed),
  twoPhase: values['two-phase'],
  onProgress: (line) => console.error(line),
});
console.log(values.json ? JSON.stringify(report) : describe(report));
process.exitCode = report.wrong.length > 0 ? 1 : 0;

function describe(it: FaultsReport): string {
  const share = ((100 * it.struck) / it.requests).toFixed(1);
  return [
    `seed ${it.seed}: ${it.jobs} jobs, ${it.requests} requests, ${it.seconds} s`,
    `met a fault ${it.struck} (${share} % of all)`,
    ...Object.entries(it.answers).map(([answer, count]) => `  ${answer}: ${count}`),
    `wrong results, logs or artifacts ${it.wrong.length}`,
    ...it.wrong.map((line) => `  ${line}`),
  ].join('\n');
}
