import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);
/** The year 1 is Go's way to write "never". */
const instant = z.date().transform((date) => (date.getUTCFullYear() > 1 ? date : undefined));

const info = z.looseObject({
  version: text.optional(),
  revision: text.optional(),
  platform: text.optional(),
  architecture: text.optional(),
});

/** How many and which GitLab takes is the client's to know. */
const labels = z.record(text, text).optional();

const runner = z.looseObject({
  name: text.optional(),
  url: text,
  token: text.optional(),
  token_obtained_at: instant.optional(),
  token_expires_at: instant.optional(),
  executor: text,
  handler: text.optional(),
  limit: count.optional(),
  output_limit: count.optional(),
  request_concurrency: count.optional(),
  builds_dir: text.optional(),
  cache_dir: text.optional(),
  clone_url: text.optional(),
  environment: z.array(z.string().regex(/^[^=]+=/, 'expected KEY=value')).optional(),
  shell: text.optional(),
  pre_get_sources_script: text.optional(),
  post_get_sources_script: text.optional(),
  pre_build_script: text.optional(),
  post_build_script: text.optional(),
  debug_trace_disabled: z.boolean().optional(),
  custom_build_dir: z.looseObject({ enabled: z.boolean().optional() }).optional(),
  feature_flags: z.record(text, z.boolean()).optional(),
  'tls-ca-file': text.optional(),
  'tls-cert-file': text.optional(),
  'tls-key-file': text.optional(),
  info: info.optional(),
  labels,
});

/** What is read of a `config.toml`; other keys are judged by `known-keys.ts`. */
export const configSchema = z.looseObject({
  concurrent: z.int().min(1).default(1),
  check_interval: z.number().min(0).default(0),
  log_level: z.enum(['debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic']).optional(),
  log_format: z.enum(['runner', 'text', 'json']).optional(),
  listen_address: text.optional(),
  shutdown_timeout: z.number().min(0).default(0),
  user: text.optional(),
  labels,
  runners: z.array(runner).min(1, 'expected at least one [[runners]] entry'),
});

/** A `config.toml` whose values have the right types. */
export type WireConfig = z.infer<typeof configSchema>;

/** One `[[runners]]` entry of it. */
export type WireRunner = z.infer<typeof runner>;

/** The keys that are read of a table, by its name as messages have it. */
export const readKeys = {
  global: Object.keys(configSchema.shape),
  runner: Object.keys(runner.shape),
  info: Object.keys(info.shape),
} as const;
