import { z } from 'zod';

/** Text that may be missing or null. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

export const optionalNumber = z
  .number()
  .nullish()
  .transform((number) => number ?? undefined);

export const optionalBoolean = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? undefined);

/** ISO 8601, or null. */
export const optionalInstant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'no instant')
  .nullish()
  .transform((text) => (text === null || text === undefined ? undefined : new Date(text)));

export const optionalExecutionStatus = z
  .enum(['active', 'idle'])
  .nullish()
  .catch(undefined)
  .transform((status) => status ?? undefined);
