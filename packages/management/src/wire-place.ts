import { z } from 'zod';
import type { GroupSummary, ProjectSummary } from './place.ts';
import { optionalText } from './wire-value.ts';

export const wireProject = z
  .object({
    id: z.number(),
    name: z.string(),
    path_with_namespace: z.string(),
    web_url: optionalText,
  })
  .transform((wire): ProjectSummary => ({
    id: wire.id,
    name: wire.name,
    fullPath: wire.path_with_namespace,
    webUrl: wire.web_url,
  }));

export const wireGroup = z
  .object({ id: z.number(), name: z.string(), web_url: optionalText })
  .transform((wire): GroupSummary => ({ id: wire.id, name: wire.name, webUrl: wire.web_url }));
