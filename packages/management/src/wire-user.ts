import { z } from 'zod';
import type { UserSummary } from './user-summary.ts';

const wireUser = z
  .object({ id: z.number(), username: z.string(), name: z.string().nullish() })
  .transform(({ id, username, name }): UserSummary => ({ id, username, name: name ?? username }));

export const optionalUser = wireUser.nullish().transform((user) => user ?? undefined);
