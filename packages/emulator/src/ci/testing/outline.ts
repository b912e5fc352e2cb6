import type { Pipeline, PipelineJob } from '../compile-pipeline.ts';

/** A pipeline in a few words a job: its stage, its name, and what is unusual about when it runs. */
export function outline({ jobs }: Pick<Pipeline, 'jobs'>): string[] {
  return jobs.map((job) => [`${job.stage}: ${job.name}`, ...remarks(job)].join(' | '));
}

function remarks({
  when,
  allow_failure: mayFail,
  needs,
  dependencies,
  start_in: delay,
}: PipelineJob): string[] {
  return [
    ...(when === 'on_success' ? [] : [delay === undefined ? when : `${when} ${delay}`]),
    ...(mayFail === false
      ? []
      : [mayFail === true ? 'may fail' : `may fail ${mayFail.exit_codes.join()}`]),
    ...(needs === undefined
      ? []
      : [`needs ${needs.map(({ job }) => job).join(', ') || 'nothing'}`]),
    ...(dependencies === undefined || needs !== undefined
      ? []
      : [`fetches ${dependencies.join(', ') || 'nothing'}`]),
  ];
}
