import type { Readable } from 'node:stream';

/** An answer before it is sent: a fault may still drop it, and the request log reads it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable | undefined;
}

const none: Readonly<Record<string, string>> = {};

/** Takes over the body as JSON, also where it is a bare number: GitLab answers `200` so. */
export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = none,
): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** An answer whose body has been rendered as JSON already. */
export function jsonText(
  status: number,
  body: string,
  headers: Record<string, string> = none,
): Reply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

export function noContent(headers: Record<string, string> = none): Reply {
  return { status: 204, headers, body: undefined };
}

export function bytes(
  status: number,
  body: string | Buffer | Readable,
  headers: Record<string, string>,
): Reply {
  return { status, headers, body };
}
