import { RunnerError } from '@fellrunner/core';

import { openText, sealText } from './seal-text.ts';

/** Changes when an older release could not read the text any more. */
const VERSION = 1;

export interface TextOptions {
  /** Encrypts the text; without one the tokens in it can be read by whoever reads the text. */
  readonly key?: Uint8Array;
}

export type TextKind = 'runner' | 'job';

/** Makes the text of a runner or job; its fields must be JSON. */
export function toText(kind: TextKind, fields: object, { key }: TextOptions): string {
  const head = { fellrunner: kind, version: VERSION };
  return key === undefined
    ? JSON.stringify({ ...head, ...fields })
    : JSON.stringify({ ...head, sealed: sealText(JSON.stringify(fields), key) });
}

/**
 * Reads what {@link toText} made.
 *
 * @throws RunnerError `PAYLOAD_INVALID`, saying what is wrong with the text and quoting none of it.
 */
export function parseText(kind: TextKind, text: string, { key }: TextOptions): TextFields {
  const record = toRecord(kind, text);
  const whole = new TextFields(kind, record);
  const { fellrunner: made } = record;
  if (made !== 'runner' && made !== 'job') throw whole.error('`serialize()` did not make it');
  if (made !== kind) throw whole.error(`it is that of a ${made}`);
  const version = whole.number('version');
  if (version !== VERSION) {
    throw whole.error(`it has version ${version}, and this release reads version ${VERSION}`);
  }
  const sealed = whole.optional('sealed', (field) => whole.string(field));
  if (sealed === undefined) return whole;
  if (key === undefined) throw whole.error('it is encrypted; give its key');
  return new TextFields(kind, toRecord(kind, openText(sealed, key)));
}

/** The fields of a text, each checked when it is asked for. */
export class TextFields {
  readonly #kind: TextKind;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(kind: TextKind, fields: Readonly<Record<string, unknown>>) {
    this.#kind = kind;
    this.#fields = fields;
  }

  string(field: string): string {
    const value = this.#fields[field];
    if (typeof value !== 'string') throw this.error(`its ${field} is no text`);
    return value;
  }

  number(field: string): number {
    const value = this.#fields[field];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.error(`its ${field} is no number`);
    }
    return value;
  }

  nested(field: string): TextFields {
    const value = this.#fields[field];
    if (!isRecord(value)) throw this.error(`its ${field} has no fields`);
    return new TextFields(this.#kind, value);
  }

  optional<T>(field: string, read: (field: string) => T): T | undefined {
    return this.#fields[field] === undefined ? undefined : read(field);
  }

  error(problem: string, cause?: unknown): RunnerError {
    return new RunnerError(
      'PAYLOAD_INVALID',
      `The text is not that of a ${this.#kind}: ${problem}.`,
      { cause },
    );
  }
}

function toRecord(kind: TextKind, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // JSON.parse quotes what it could not read, and that may be a token.
    value = undefined;
  }
  if (isRecord(value)) return value;
  throw new TextFields(kind, {}).error('it is no JSON object; it was cut or changed on its way');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
