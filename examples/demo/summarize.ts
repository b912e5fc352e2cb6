import type { EmulatedJob, EmulatedPipeline } from '@fellrunner/emulator';

import type { Story } from './story.ts';

/** What the run came to: jobs, results, bytes of log, artifacts with sizes, time. */
export function summarize(story: Story, { jobs }: EmulatedPipeline): void {
  const artifacts = jobs.flatMap((job) => job.artifacts);
  story.table([['job', 'result', 'log, bytes', 'artifacts, bytes'], ...jobs.map(toRow)]);
  const log = sum(jobs.map(({ traceBytes }) => traceBytes.length));
  const size = sum(artifacts.map((artifact) => artifact.size));
  const words = [
    `${jobs.length} jobs`,
    `${format(log)} bytes of log`,
    `${artifacts.length} artifacts of ${format(size)} bytes`,
    `${story.seconds.toFixed(1)} s`,
  ];
  story.line(words.join(' · '));
}

function toRow({ artifacts, name, status, traceBytes }: EmulatedJob): readonly string[] {
  const files = artifacts.map(({ filename, size }) => `${filename} ${format(size)}`);
  return [name, status, format(traceBytes.length), files.join(', ')];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function format(number: number): string {
  return number.toLocaleString('en');
}
