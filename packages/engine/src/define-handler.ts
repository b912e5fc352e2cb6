import type { JobHandler } from '@fellrunner/core';

/** Gives a handler its types, and nothing else: a plain object does as well. */
export function defineHandler(handler: JobHandler): JobHandler {
  return handler;
}
