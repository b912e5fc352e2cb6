import { z } from 'zod';
import type { Runner, RunnerDetails, RunnerManager } from './runner.ts';
import { wireGroup, wireProject } from './wire-place.ts';
import { optionalUser } from './wire-user.ts';
import {
  optionalBoolean,
  optionalExecutionStatus,
  optionalInstant,
  optionalNumber,
  optionalText,
} from './wire-value.ts';

const runnerShape = z.object({
  id: z.number(),
  runner_type: z.enum(['instance_type', 'group_type', 'project_type']),
  description: optionalText,
  name: optionalText,
  status: z.string(),
  // Servers before 14.8 have `active` alone.
  paused: optionalBoolean,
  active: optionalBoolean,
  online: optionalBoolean,
  ip_address: optionalText,
  created_by: optionalUser,
  created_at: optionalInstant,
  job_execution_status: optionalExecutionStatus,
});

const detailsShape = runnerShape.extend({
  tag_list: z.array(z.string()),
  run_untagged: z.boolean(),
  locked: z.boolean(),
  access_level: z
    .enum(['not_protected', 'ref_protected'])
    .nullish()
    .transform((level) => level ?? undefined),
  maximum_timeout: optionalNumber,
  version: optionalText,
  revision: optionalText,
  platform: optionalText,
  architecture: optionalText,
  contacted_at: optionalInstant,
  maintenance_note: optionalText,
  projects: z.array(wireProject).optional(),
  groups: z.array(wireGroup).optional(),
});

function toRunner(wire: z.output<typeof runnerShape>): Runner {
  return {
    id: wire.id,
    type: wire.runner_type,
    description: wire.description,
    name: wire.name,
    status: wire.status,
    paused: wire.paused ?? wire.active === false,
    online: wire.online,
    ipAddress: wire.ip_address,
    createdBy: wire.created_by,
    createdAt: wire.created_at,
    jobExecutionStatus: wire.job_execution_status,
  };
}

function toRunnerDetails(wire: z.output<typeof detailsShape>): RunnerDetails {
  return {
    ...toRunner(wire),
    tags: wire.tag_list,
    runUntagged: wire.run_untagged,
    locked: wire.locked,
    accessLevel: wire.access_level,
    maximumTimeoutS: wire.maximum_timeout,
    version: wire.version,
    revision: wire.revision,
    platform: wire.platform,
    architecture: wire.architecture,
    contactedAt: wire.contacted_at,
    maintenanceNote: wire.maintenance_note,
    projects: wire.projects,
    groups: wire.groups ?? [],
  };
}

export const wireRunner = runnerShape.transform(toRunner);
export const wireRunnerDetails = detailsShape.transform(toRunnerDetails);

export const wireRunnerManager = z
  .object({
    id: z.number(),
    system_id: z.string(),
    status: z.string(),
    version: optionalText,
    revision: optionalText,
    platform: optionalText,
    architecture: optionalText,
    ip_address: optionalText,
    created_at: optionalInstant,
    contacted_at: optionalInstant,
    job_execution_status: optionalExecutionStatus,
  })
  .transform((wire): RunnerManager => ({
    id: wire.id,
    systemId: wire.system_id,
    status: wire.status,
    version: wire.version,
    revision: wire.revision,
    platform: wire.platform,
    architecture: wire.architecture,
    ipAddress: wire.ip_address,
    createdAt: wire.created_at,
    contactedAt: wire.contacted_at,
    jobExecutionStatus: wire.job_execution_status,
  }));
