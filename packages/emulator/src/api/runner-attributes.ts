import type { Parameters } from '../http/parameters.ts';
import { invalidModel } from '../http/refusal.ts';
import type { RunnerAttributes } from '../world/runner.ts';

const accessLevels = ['not_protected', 'ref_protected'] as const;
const MIN_TIMEOUT_S = 600;
const MAX_TAGS = 50;

/** The attributes that a request sets; the others are absent. */
export function givenAttributes(parameters: Parameters): Partial<RunnerAttributes> {
  parameters.exclusive('active', 'paused');
  parameters.exclusive('maintainer_note', 'maintenance_note');
  const active = parameters.boolean('active');
  return withoutAbsent({
    description: parameters.string('description'),
    paused: parameters.boolean('paused') ?? (active === undefined ? undefined : !active),
    locked: parameters.boolean('locked'),
    accessLevel: parameters.oneOf('access_level', accessLevels),
    runUntagged: parameters.boolean('run_untagged'),
    tags: parameters.list('tag_list'),
    maximumTimeoutS: parameters.integer('maximum_timeout'),
    maintenanceNote: parameters.string('maintenance_note') ?? parameters.string('maintainer_note'),
  });
}

export function newRunnerAttributes(given: Partial<RunnerAttributes>): RunnerAttributes {
  return {
    description: undefined,
    name: undefined,
    paused: false,
    locked: false,
    accessLevel: 'not_protected',
    runUntagged: true,
    tags: [],
    maximumTimeoutS: undefined,
    maintenanceNote: undefined,
    ...given,
  };
}

/** @throws GitLab's validation errors, by attribute. */
export function validateAttributes(attributes: RunnerAttributes): void {
  const errors = Object.entries(rules(attributes)).filter(([, broken]) => broken.length > 0);
  if (errors.length > 0) throw invalidModel(Object.fromEntries(errors));
}

function rules(attributes: RunnerAttributes): Record<string, string[]> {
  const { description = '', name = '', maintenanceNote = '', tags } = attributes;
  const timeout = attributes.maximumTimeoutS;
  return {
    description: tooLong(description, 1024),
    name: tooLong(name, 256),
    maintenance_note: tooLong(maintenanceNote, 1024),
    maximum_timeout:
      timeout !== undefined && timeout < MIN_TIMEOUT_S ? ['needs to be at least 10 minutes'] : [],
    tags_list: [
      ...(!attributes.runUntagged && tags.length === 0
        ? ['can not be empty when runner is not allowed to pick untagged jobs']
        : []),
      ...(tags.length > MAX_TAGS
        ? [`Too many tags specified. Please limit the number of tags to ${MAX_TAGS}`]
        : []),
    ],
  };
}

function tooLong(text: string, limit: number): string[] {
  return text.length > limit ? [`is too long (maximum is ${limit} characters)`] : [];
}

function withoutAbsent(values: {
  [K in keyof RunnerAttributes]?: RunnerAttributes[K] | undefined;
}): Partial<RunnerAttributes> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
