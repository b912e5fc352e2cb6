import type { ExecutorScope } from '@fellrunner/core';

import { sectionEnd, sectionOf, sectionStart } from './section.ts';

/** Does a part of a stage inside a section of the job's log, which ends however that ends. */
export async function inSection<T>(
  ctx: ExecutorScope,
  name: string,
  body: () => Promise<T>,
): Promise<T> {
  const section = sectionOf(name, ctx.job.features.traceSections);
  await ctx.log.write(sectionStart(section, Date.now()));
  try {
    return await body();
  } finally {
    await ctx.log.write(sectionEnd(section, Date.now()));
  }
}

/** Writes a section whose text is known, all at once. */
export async function writeSection(ctx: ExecutorScope, name: string, text: string): Promise<void> {
  const section = sectionOf(name, ctx.job.features.traceSections);
  const now = Date.now();
  await ctx.log.write(`${sectionStart(section, now)}${text}${sectionEnd(section, now)}`);
}
