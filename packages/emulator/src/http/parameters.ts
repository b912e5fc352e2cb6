import { invalidParameter } from './refusal.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** The parameters of a request, wherever GitLab accepts them: body and query, the body first. */
export class Parameters {
  readonly #values: JsonObject;

  constructor(values: JsonObject) {
    this.#values = values;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined;
  }

  raw(key: string): Json | undefined {
    return this.#values[key];
  }

  /** Grape's String: numbers and booleans are coerced, null counts as missing. */
  string(key: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object') throw invalidParameter(`${key} is invalid`);
    return toText(value);
  }

  required(key: string): string {
    const value = this.string(key);
    if (value === undefined) throw invalidParameter(`${key} is missing`);
    return value;
  }

  integer(key: string): number | undefined {
    const text = this.string(key);
    if (text === undefined || text === '') return undefined;
    if (!/^-?\d+$/.test(text)) throw invalidParameter(`${key} is invalid`);
    return Number(text);
  }

  boolean(key: string): boolean | undefined {
    const text = this.string(key);
    if (text === undefined || text === '') return undefined;
    if (/^(?:true|t|1|yes|y|on)$/i.test(text)) return true;
    if (/^(?:false|f|0|no|n|off)$/i.test(text)) return false;
    throw invalidParameter(`${key} is invalid`);
  }

  /** An array of strings, or one string of them with commas. */
  list(key: string): string[] | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.map(toText);
    return toText(value)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  object(key: string): Parameters | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null || value === '') return undefined;
    if (!isJsonObject(value)) throw invalidParameter(`${key} is invalid`);
    return new Parameters(value);
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const text = this.string(key);
    if (text === undefined) return undefined;
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw invalidParameter(`${key} does not have a valid value`);
    return found;
  }

  exclusive(first: string, second: string): void {
    if (this.has(first) && this.has(second)) {
      throw invalidParameter(`${first}, ${second} are mutually exclusive`);
    }
  }
}

/** A value as a parameter of a form would have it. */
export function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
