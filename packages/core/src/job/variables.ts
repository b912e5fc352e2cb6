import { inspect } from 'node:util';

/** One of a job's variables; `value` has the others' values in it where it names them. */
export class Variable {
  readonly key: string;
  readonly value: string;
  readonly public: boolean;
  readonly masked: boolean;
  /** Its value is to be found in a file, whose path the job's environment has instead. */
  readonly file: boolean;
  /** Its value is taken as it is: nothing in it is expanded. */
  readonly raw: boolean;

  constructor(fields: VariableFields) {
    this.key = fields.key;
    this.value = fields.value;
    this.public = fields.public;
    this.masked = fields.masked;
    this.file = fields.file;
    this.raw = fields.raw;
  }

  /** The value, or `[MASKED]` where GitLab masks it: safe in a log. */
  toString(): string {
    return this.masked ? '[MASKED]' : this.value;
  }

  toJSON(): object {
    const { key, public: isPublic, masked, file, raw } = this;
    return { key, value: this.toString(), public: isPublic, masked, file, raw };
  }

  [inspect.custom](): string {
    return `${this.key}=${this.toString()}`;
  }
}

export interface VariableFields {
  readonly key: string;
  readonly value: string;
  readonly public: boolean;
  readonly masked: boolean;
  readonly file: boolean;
  readonly raw: boolean;
}

/**
 * A job's variables, expanded. Of a key that occurs twice the last one counts, as in
 * gitlab-runner.
 */
export class Variables implements Iterable<Variable> {
  readonly #fields = new Map<string, VariableFields>();
  readonly #expanded = new Map<string, Variable>();

  constructor(fields: Iterable<VariableFields>) {
    for (const field of fields) this.#fields.set(field.key, field);
  }

  get(key: string): Variable | undefined {
    const known = this.#expanded.get(key);
    if (known !== undefined) return known;
    const fields = this.#fields.get(key);
    if (fields === undefined) return undefined;
    const value = fields.raw ? fields.value : this.#expand(fields.value, new Set([key]));
    const variable = new Variable({ ...fields, value });
    this.#expanded.set(key, variable);
    return variable;
  }

  /** The value of a variable, or an empty string where there is none. */
  value(key: string): string {
    return this.get(key)?.value ?? '';
  }

  /** The variables as they were sent, nothing expanded: for a set with more variables in it. */
  fields(): Iterable<VariableFields> {
    return this.#fields.values();
  }

  /** Puts the variables' values into a text: `$A`, `${A}`, `${A:-otherwise}`, and `$$` for `$`. */
  expand(text: string): string {
    return this.#expand(text, new Set());
  }

  *[Symbol.iterator](): Generator<Variable> {
    for (const key of this.#fields.keys()) {
      const variable = this.get(key);
      if (variable !== undefined) yield variable;
    }
  }

  /**
   * A reference stays as it is written where its variable is being expanded already, or where the
   * text would grow beyond all use: a few variables can name each other into gigabytes.
   */
  #expand(text: string, open: ReadonlySet<string>, room: Room = { left: MOST_INSERTED }): string {
    if (!text.includes('$')) return text;
    return text.replaceAll(
      REFERENCE,
      (whole, plain?: string, braced?: string, otherwise?: string) => {
        if (whole === '$$') return '$';
        const key = plain ?? braced ?? '';
        const value = this.#valueOf(key, open, room);
        if (value !== undefined && value !== '') return value;
        if (otherwise !== undefined) return this.#expand(otherwise, open, room);
        return value ?? whole;
      },
    );
  }

  /** An empty string for a key that nobody knows; undefined where it must not be expanded. */
  #valueOf(key: string, open: ReadonlySet<string>, room: Room): string | undefined {
    const fields = this.#fields.get(key);
    if (fields === undefined) return '';
    if (open.has(key)) return undefined;
    room.left -= fields.value.length + COST_OF_A_REFERENCE;
    if (room.left < 0) return undefined;
    return fields.raw ? fields.value : this.#expand(fields.value, new Set([...open, key]), room);
  }
}

/** How much more may be put into a text, in characters. */
interface Room {
  left: number;
}

const MOST_INSERTED = 4 * 1024 * 1024;
/** So that a thousand references are as many as there may be, however short. */
const COST_OF_A_REFERENCE = 4096;

const REFERENCE = /\$\$|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
