import { json, type Reply } from './reply.ts';

/** Thrown by an endpoint to end the request with an answer that is not its usual one. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(reply: Reply, text = `answered ${reply.status}`) {
    super(text);
    this.reply = reply;
  }
}

type Headers = Record<string, string>;

function message(status: number, text: string, headers?: Headers): Refusal {
  return new Refusal(json(status, { message: text }, headers), text);
}

/** GitLab's `{"message": "400 Bad request - …"}`; who calls without HTTP is told the reason alone. */
export function badRequest(reason: string): Refusal {
  return new Refusal(json(400, { message: `400 Bad request - ${reason}` }), reason);
}

export function invalidJson(): Refusal {
  return badRequest('The request body is not valid JSON');
}

/** Grape's parameter validation: `{"error": "token is missing"}`. */
export function invalidParameter(text: string): Refusal {
  return new Refusal(json(400, { error: text }), text);
}

/** A model's validation errors, by attribute. */
export class InvalidModel extends Refusal {
  readonly errors: Readonly<Record<string, readonly string[]>>;

  constructor(errors: Readonly<Record<string, readonly string[]>>) {
    super(json(400, { message: errors }));
    this.errors = errors;
  }
}

export function invalidModel(errors: Record<string, string[]>): InvalidModel {
  return new InvalidModel(errors);
}

/** An answer with GitLab's message as it is, without a prefix. */
export function refused(status: number, text: string, headers?: Headers): Refusal {
  return message(status, text, headers);
}

export function unauthorized(): Refusal {
  return message(401, '401 Unauthorized');
}

export function forbidden(reason?: string, headers?: Headers): Refusal {
  return message(
    403,
    reason === undefined ? '403 Forbidden' : `403 Forbidden - ${reason}`,
    headers,
  );
}

export function notFound(what?: string): Refusal {
  return message(404, what === undefined ? '404 Not Found' : `404 ${what} Not Found`);
}

export function conflict(): Refusal {
  return message(409, '409 Conflict');
}
