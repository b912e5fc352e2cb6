/** Keywords that a job takes from `default:` where it does not have them itself. */
export const INHERITABLE = [
  ...(['before_script', 'after_script', 'hooks', 'cache', 'image', 'services'] as const),
  ...(['interruptible', 'retry', 'tags', 'artifacts', 'id_tokens'] as const),
] as const;

/** Keywords that concern GitLab's server alone; a runner's job is the same with and without them. */
export const serverKeywords = {
  coverage: 'is read from the log by the server, and not here',
  interruptible: 'changes nothing: pipelines do not supersede each other here',
  resource_group: 'holds no job back here',
  manual_confirmation: 'asks nobody here',
  pages: 'publishes nothing here; its path is uploaded as an artifact',
  publish: 'publishes nothing here; its path is uploaded as an artifact',
} as const;

interface Refusal {
  readonly what: string;
  readonly wayOut: string;
}

const KEEP_OUT = 'keep the job out of this pipeline by its rules';

/** Keywords that would change what a runner gets and that have nothing behind them here. */
export const unsupportedKeywords = {
  trigger: {
    what: 'starts another pipeline, which there is none of here',
    wayOut: `${KEEP_OUT}, and start that pipeline by itself`,
  },
  id_tokens: {
    what: 'asks for tokens that only GitLab can sign',
    wayOut: `${KEEP_OUT}, or give the token as a variable of the pipeline`,
  },
  secrets: {
    what: 'asks for secrets from a vault, which there is none of here',
    wayOut: `${KEEP_OUT}, or give the secret as a variable of the pipeline`,
  },
  identity: {
    what: 'asks for a cloud identity, which only GitLab can give',
    wayOut: `${KEEP_OUT}, or give credentials as variables of the pipeline`,
  },
  dast_configuration: {
    what: 'asks for a scanner profile of the project, which there is none of here',
    wayOut: `${KEEP_OUT}, or set the scanner's variables`,
  },
} as const satisfies Readonly<Record<string, Refusal>>;

/** Keywords of earlier GitLab versions, with what to write instead. */
export const retiredKeywords: Readonly<Record<string, string>> = {
  type: 'write `stage`',
  types: 'write `stages`',
};

const OWN = [
  ...(['extends', 'stage', 'script', 'run', 'only', 'except', 'rules', 'variables'] as const),
  ...(['inherit', 'allow_failure', 'when', 'start_in', 'needs', 'dependencies'] as const),
  ...(['environment', 'parallel', 'timeout', 'release', 'inputs'] as const),
] as const;

const serverKeys = Object.keys(serverKeywords) as (keyof typeof serverKeywords)[];
const unsupportedKeys = Object.keys(unsupportedKeywords) as (keyof typeof unsupportedKeywords)[];

/** Every keyword that a job may have. */
export const JOB_KEYWORDS = [...OWN, ...INHERITABLE, ...serverKeys, ...unsupportedKeys] as const;

export type JobKeyword = (typeof JOB_KEYWORDS)[number];
export type InheritableKeyword = (typeof INHERITABLE)[number];
export type ServerKeyword = keyof typeof serverKeywords;
export type UnsupportedKeyword = keyof typeof unsupportedKeywords;
