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

const KEEPER = { jobKey: 0, step: 'keeper', isKept: true } as const;

/**
 * The mark of the processes that claim steps of a store, by the mark of one of these: they belong
 * to no job, end by themselves, and are no strangers in a job's control group.
 */
export function keeperMark(mark: string): string {
  return formatMark({ storeId: parseMark(mark)?.storeId ?? '', ...KEEPER });
}

export function isKeeper({ jobKey, step }: ProcessMark): boolean {
  return jobKey === KEEPER.jobKey && step === KEEPER.step;
}

/** Reads a mark out of a process's environment; undefined where it is no mark of this form. */
export function parseMark(value: string): ProcessMark | undefined {
  const match = /^([^:]+):(\d+):([^:]+)(:keep)?$/.exec(value);
  if (match === null) return undefined;
  const [, storeId = '', jobKey = '', step = '', keep] = match;
  return { storeId, jobKey: Number(jobKey), step, isKept: keep !== undefined };
}
