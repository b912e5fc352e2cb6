import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { writeBuildOutput } from '../../frame/build-output.ts';
import { handlerFile } from '../../frame/handler-file.ts';
import { writeSmallFiles } from '../../frame/mixed-files.ts';
import { maskedVariables, shellJob } from '../../frame/shell-job.ts';
import type { Growing } from './measured-job.ts';

const MIB = 2 ** 20;
/** So much log that masking is what takes the time. */
const MASKED_LOG_MIB = { short: 16, long: 256 };
const SHELL = ['--executor', 'shell', '--output-limit', '0'];

/** The things of which a job may have many, in the short form or the long one. */
export function growingJobs(short: boolean): readonly Growing[] {
  const maskedMib = short ? MASKED_LOG_MIB.short : MASKED_LOG_MIB.long;
  return [
    {
      of: 'log, MiB',
      unit: 'MiB',
      sizes: short ? [1, 16, 64] : [1, 16, 256, 1024, 4096],
      args: SHELL,
      job: (mebibytes, folder) =>
        shellJob(printScript(folder, mebibytes), { variables: maskedVariables(20) }),
    },
    {
      of: 'files in an artifact',
      unit: 'file',
      sizes: short ? [10, 100, 1000] : [10, 100, 1000, 10_000, 100_000],
      args: ['--executor', 'shell'],
      job: (count, folder) => {
        const files = join(folder, `files-${count}`);
        writeSmallFiles(files, count + 1);
        return shellJob(`mv ${files} files`, { artifacts: { paths: ['files'] } });
      },
    },
    {
      of: `values masked in ${maskedMib} MiB of log`,
      sizes: short ? [0, 20, 1000] : [0, 1, 20, 200, 1000],
      args: SHELL,
      job: (count, folder) =>
        shellJob(printScript(folder, maskedMib), { variables: maskedVariables(count) }),
    },
    {
      of: 'results of once in a job',
      unit: 'result',
      sizes: short ? [10, 100, 1000] : [10, 100, 1000, 10_000, 100_000],
      args: ['--handler', handlerFile('does-once')],
      job: (count) => ({ variables: { PIECES: count } }),
    },
  ];
}

function printScript(folder: string, mebibytes: number): string {
  const file = join(folder, 'output');
  if (!existsSync(file)) writeBuildOutput(file);
  const bytes = statSync(file).size;
  const whole = Math.floor((mebibytes * MIB) / bytes);
  const rest = mebibytes * MIB - whole * bytes;
  return `for i in $(seq ${whole}); do cat ${file}; done; head -c ${rest} ${file}`;
}
