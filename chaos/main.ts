/** What `npm run chaos` runs: by default two runners that are killed, else what an option names. */
import { parseArgs } from 'node:util';

import { mixedLoad, neighbourLoad } from './chaos-load.ts';
import { describeReport, type ChaosReport } from './chaos-report.ts';
import { runChaos } from './chaos-run.ts';
import { runResume } from './resume-run.ts';
import { runTakeover } from './takeover-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'two-phase': { type: 'boolean', default: false },
    neighbours: { type: 'boolean', default: false },
    resume: { type: 'string' },
    shells: { type: 'string' },
    takeover: { type: 'string' },
    every: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});

const report = await run();
console.log(values.json ? JSON.stringify(report) : describeReport(report));
process.exitCode = report.faults.length === 0 ? 0 : 1;

function run(): Promise<ChaosReport> {
  const { resume, takeover } = values;
  const onProgress = (line: string): void => console.error(line);
  if (resume !== undefined) {
    const jobs = Number(resume);
    const shells = values.shells === undefined ? Math.floor(jobs / 5) : Number(values.shells);
    return runResume({ jobs, shells, onProgress });
  }
  if (takeover !== undefined) {
    return runTakeover({ seconds: Number(takeover), everyS: Number(values.every), onProgress });
  }
  return runChaos({
    kills: Number(values.kills),
    seed: Number(values.seed),
    twoPhase: values['two-phase'],
    load: values.neighbours ? neighbourLoad : mixedLoad,
    onProgress,
  });
}
