import { crc32 } from 'node:zlib';
import { request } from 'undici';
import type { Emulator } from '../../src/index.ts';

export interface PayloadVariable {
  readonly key: string;
  readonly value: string;
  readonly public: boolean;
  readonly masked: boolean;
  readonly file?: boolean;
  readonly raw?: boolean;
}

export interface PayloadDependency {
  readonly id: number;
  readonly name: string;
  readonly token: string;
  readonly artifacts_file?: { readonly filename: string; readonly size: number };
}

/** The 201's body, as far as tests look into it by name. */
export interface Payload {
  readonly id: number;
  readonly token: string;
  readonly job_info: Readonly<Record<string, unknown>>;
  readonly git_info: Readonly<Record<string, unknown>> & {
    readonly repo_url: string;
    readonly sha: string;
    readonly refspecs: readonly string[];
  };
  readonly runner_info: Readonly<Record<string, unknown>>;
  readonly variables: readonly PayloadVariable[];
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
  readonly run?: string;
  readonly hooks: unknown;
  readonly inputs: unknown;
  readonly image: unknown;
  readonly services: readonly unknown[];
  readonly artifacts: readonly Readonly<Record<string, unknown>>[] | null;
  readonly cache: readonly Readonly<Record<string, unknown>>[];
  readonly credentials: readonly unknown[];
  readonly features: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly PayloadDependency[];
}

/** The value that a runner would use: the last one of a key. */
export function variableOf({ variables }: Payload, key: string): string | undefined {
  return variables.findLast((variable) => variable.key === key)?.value;
}

/** An answer as a runner sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** Parsed JSON; undefined for anything else. */
  readonly body: unknown;
}

interface Sending {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly body?: string | Buffer;
}

export async function send(gitlab: Emulator, path: string, sending: Sending = {}): Promise<Answer> {
  const { method = 'GET', json, headers = {} } = sending;
  const body = json === undefined ? sending.body : JSON.stringify(json);
  const response = await request(`${gitlab.url}${path}`, {
    method: method as 'GET',
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body ?? null,
  });
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const allFeatures = {
  upload_multiple_artifacts: true,
  refspecs: true,
  artifacts_exclude: true,
  multi_build_steps: true,
  return_exit_code: true,
  fallback_cache_keys: true,
  cancel_gracefully: true,
};

export function requestJob(gitlab: Emulator, more: Record<string, unknown> = {}): Promise<Answer> {
  const json = {
    token: gitlab.runnerToken,
    system_id: 's_test',
    info: { name: 'test', features: allFeatures },
    ...more,
  };
  return send(gitlab, '/api/v4/jobs/request', { method: 'POST', json });
}

/** A job that a runner has taken: what it does next. */
export interface TakenJob {
  readonly payload: Payload;
  readonly id: number;
  readonly token: string;
  patch(start: number, text: string | Buffer, headers?: Record<string, string>): Promise<Answer>;
  update(update: Record<string, unknown>): Promise<Answer>;
  upload(file: Upload): Promise<Answer>;
}

export interface Upload {
  readonly content: string | Buffer;
  readonly filename?: string;
  readonly query?: string;
  readonly fields?: Record<string, string>;
  readonly token?: string | undefined;
}

export async function takeJob(
  gitlab: Emulator,
  more: Record<string, unknown> = {},
): Promise<TakenJob> {
  const answer = await requestJob(gitlab, more);
  if (answer.status !== 201) throw new Error(`no job: ${answer.status} ${answer.text}`);
  return jobOf(gitlab, answer.body as Payload);
}

export function jobOf(gitlab: Emulator, payload: Payload): TakenJob {
  const { id, token } = payload;
  return {
    payload,
    id,
    token,
    patch: (start, text, headers = {}) => {
      const body = Buffer.from(text as string);
      const end = start + body.length - 1;
      return send(gitlab, `/api/v4/jobs/${id}/trace?debug_trace=false`, {
        method: 'PATCH',
        headers: {
          'job-token': token,
          'content-range': `${start}-${end}`,
          'content-type': 'text/plain',
          ...headers,
        },
        body,
      });
    },
    update: (update) =>
      send(gitlab, `/api/v4/jobs/${id}`, { method: 'PUT', json: { token, ...update } }),
    upload: ({
      content,
      filename = 'artifacts.zip',
      query = '',
      fields = {},
      token: other = token,
    }) => {
      const form = formOf(content, filename, fields);
      return send(gitlab, `/api/v4/jobs/${id}/artifacts${query}`, {
        method: 'POST',
        headers: { 'content-type': form.type, ...(other === '' ? {} : { 'job-token': other }) },
        body: form.body,
      });
    },
  };
}

const BOUNDARY = '----emulator-test';

export function formOf(
  content: string | Buffer,
  filename: string,
  fields: Record<string, string>,
): { type: string; body: Buffer } {
  const head = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.concat([
      Buffer.from(head.join('') + file),
      Buffer.from(content as string),
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]),
  };
}

export function checksumOf(text: string): { checksum: string; bytesize: number } {
  const bytes = Buffer.from(text);
  return {
    checksum: `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`,
    bytesize: bytes.length,
  };
}
