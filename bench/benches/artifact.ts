import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { allDone } from '../frame/all-done.ts';
import type { Bench } from '../frame/bench.ts';
import { writeMixedFiles } from '../frame/mixed-files.ts';
import { forgetPeak } from '../frame/processes.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { shellJob } from '../frame/shell-job.ts';
import { startWatch } from '../frame/stopwatch.ts';

const GIB = 2 ** 30;

/** How fast files reach the server: chosen, packed, uploaded. */
export const artifact: Bench = {
  name: 'artifact',
  about: 'one shell job uploads 1 GiB: text, noise, and a tenth of it in files of 2 KB',
  async measure(stage) {
    const bytes = stage.short ? GIB / 16 : GIB;
    const files = join(stage.folder, 'files');
    writeMixedFiles(files, bytes);
    const limit = { what: '`gzip -1` of the same bytes, one core', value: await gzipS(files) };
    await using gitlab = await startGitLab();
    await using runner = new RunnerProcess(stage, gitlab, ['--executor', 'shell']);
    const upload = shellJob(`mv ${files}/* .`, { artifacts: { paths: ['*'] } });
    await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
    const before = runner.memoryMb.now;
    forgetPeak(runner.pid);
    const [cpuBefore, seconds] = [runner.cpuMs, startWatch()];
    const [job] = gitlab.jobs({ ...upload, count: 1 });
    await allDone(runner, job === undefined ? [] : [job]);
    const took = seconds();
    return [
      { what: 'the whole job', unit: 's', value: took, limit },
      { what: 'files a second', unit: 'MB/s', value: bytes / 1e6 / took },
      { what: 'CPU of the runner', unit: 's', value: (runner.cpuMs - cpuBefore) / 1000 },
      { what: 'growth of memory (RSS)', unit: 'MB', value: runner.memoryMb.peak - before },
      { what: 'uploaded', unit: 'MB', value: (job?.artifact()?.size ?? 0) / 1e6 },
    ];
  },
};

const run = promisify(execFile);

async function gzipS(files: string): Promise<number> {
  const seconds = startWatch();
  await run('sh', ['-c', 'find "$0" -type f -print0 | xargs -0 cat | gzip -1 >/dev/null', files]);
  return seconds();
}
