import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import type { StageContext } from '@fellrunner/core';

import { plainLine, warningLine } from '../log/log-text.ts';
import { sectionEnd, sectionOf, sectionStart, type Section } from '../log/section.ts';
import { ENVIRONMENT_FILE } from '../script/step-script.ts';
import { makeFolder } from './folders.ts';
import type { JobPlan } from './job-plan.ts';
import { writeVariableFiles } from './variable-files.ts';

/** Says who runs the job, and makes the folder beside the project. */
export async function prepareJob(ctx: StageContext, plan: JobPlan): Promise<void> {
  const { config, settings, workplace } = plan;
  makeFolder(workplace.temporary, config.user);
  rmSync(join(workplace.temporary, ENVIRONMENT_FILE), { force: true });
  writeVariableFiles(plan);
  const now = Date.now();
  const executor = executorSection(ctx);
  const environment = sectionOf('prepare_script', executor.isMarked);
  await ctx.log.write(
    [
      heading(ctx),
      settings.warnings.length === 0 ? '' : warningLine(settings.warnings.join('\n')),
      sectionStart(executor, now),
      plainLine(`Using Shell (${config.shell.name}) executor...`),
      sectionEnd(executor, now),
      sectionStart(environment, now),
      `Running on ${hostname()}...\n`,
      sectionEnd(environment, now),
    ].join(''),
  );
}

/** What the log of a job begins with that asks for what it cannot have. */
export function unpreparedText(ctx: StageContext): string {
  const executor = executorSection(ctx);
  const now = Date.now();
  return heading(ctx) + sectionStart(executor, now) + sectionEnd(executor, now);
}

function executorSection({ job }: StageContext): Section {
  const title = 'Preparing the "shell" executor';
  return { name: 'prepare_executor', title, isMarked: job.features.traceSections };
}

function heading({ runner }: StageContext): string {
  const system = runner.systemId === undefined ? '' : `, system ID: ${runner.systemId}`;
  return (
    plainLine(`Running with fellrunner ${runner.version} (${runner.revision})`) +
    plainLine(`  on ${runner.name} ${runner.shortToken}${system}`)
  );
}
