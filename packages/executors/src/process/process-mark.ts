/** The name of the variable that every process of a job inherits, and nothing else sets. */
export const MARK_VARIABLE = 'FELLRUNNER_MARK';

/** Whose a process is: which store's, which job's, and which step or stage started it. */
export interface ProcessMark {
  readonly storeId: string;
  readonly jobKey: number;
  /** The index of a step, or the name of a stage. */
  readonly step: string;
  /** The job asked for its daemons to be left alone (`FELLRUNNER_KEEP_PROCESSES=1`). */
  readonly isKept: boolean;
}

/** The value that goes into the environment: `STORE:JOB:STEP`, with `:keep` where it is kept. */
export function formatMark(mark: ProcessMark): string {
  const parts = [mark.storeId, String(mark.jobKey), mark.step];
  return [...parts, ...(mark.isKept ? ['keep'] : [])].join(':');
}

/** Reads a mark out of a process's environment; undefined where it is no mark of this form. */
export function parseMark(value: string): ProcessMark | undefined {
  const match = /^([^:]+):(\d+):([^:]+)(:keep)?$/.exec(value);
  if (match === null) return undefined;
  const [, storeId = '', jobKey = '', step = '', keep] = match;
  return { storeId, jobKey: Number(jobKey), step, isKept: keep !== undefined };
}
