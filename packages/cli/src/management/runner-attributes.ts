import type { NewRunner, RunnerAccessLevel, RunnerAttributes } from '@fellrunner/management';

import { UsageError } from '../exit-code.ts';

/** The options that say what a runner is like. */
export interface AttributeFlags {
  readonly description?: string;
  readonly paused?: boolean;
  readonly locked?: boolean;
  readonly accessLevel?: RunnerAccessLevel;
  readonly runUntagged?: boolean;
  readonly tagList?: readonly string[];
  /** Seconds. */
  readonly maximumTimeout?: number;
  readonly maintenanceNote?: string;
}

/** The options that say whose a new runner is. */
export interface PlaceFlags {
  readonly type?: NewRunner['type'];
  readonly groupId?: number;
  readonly projectId?: number;
}

/** What was given, by the client's names. */
export function toAttributes(flags: AttributeFlags): RunnerAttributes {
  const { accessLevel, description, locked, maintenanceNote, maximumTimeout, paused } = flags;
  const { runUntagged, tagList: tags } = flags;
  return {
    ...(description !== undefined && { description }),
    ...(paused !== undefined && { paused }),
    ...(locked !== undefined && { locked }),
    ...(accessLevel !== undefined && { accessLevel }),
    ...(runUntagged !== undefined && { runUntagged }),
    ...(tags !== undefined && { tags }),
    ...(maximumTimeout !== undefined && { maximumTimeoutS: maximumTimeout }),
    ...(maintenanceNote !== undefined && { maintenanceNote }),
  };
}

/** @throws UsageError where it is not said whose it is to be, or twice. */
export function toNewRunner(flags: AttributeFlags & PlaceFlags): NewRunner {
  const { groupId, projectId, type } = flags;
  const attributes = toAttributes(flags);
  const types = [
    ...(groupId === undefined ? [] : ['group_type']),
    ...(projectId === undefined ? [] : ['project_type']),
  ];
  if (types.length > 1 || (type !== undefined && types.some((other) => other !== type))) {
    throw new UsageError('--type, --group-id and --project-id say different things.');
  }
  if (groupId !== undefined) return { ...attributes, type: 'group_type', groupId };
  if (projectId !== undefined) return { ...attributes, type: 'project_type', projectId };
  if (type === 'instance_type') return { ...attributes, type };
  const missing = type === undefined ? '' : `${type} needs --${type.replace('_type', '-id')}; `;
  throw new UsageError(
    `${missing}say whose the runner is to be: --project-id ID, --group-id ID or --type instance_type.`,
  );
}
