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
    return { ...this, value: this.toString() };
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

  /** A reference to a variable that is being expanded already stays as it is written. */
  #expand(text: string, open: ReadonlySet<string>): string {
    if (!text.includes('$')) return text;
    return text.replaceAll(
      REFERENCE,
      (whole, plain?: string, braced?: string, otherwise?: string) => {
        if (whole === '$$') return '$';
        const key = plain ?? braced ?? '';
        const fields = this.#fields.get(key);
        if (fields === undefined || open.has(key)) {
          if (otherwise !== undefined) return this.#expand(otherwise, open);
          return fields === undefined ? '' : whole;
        }
        const value = fields.raw
          ? fields.value
          : this.#expand(fields.value, new Set([...open, key]));
        return value === '' && otherwise !== undefined ? this.#expand(otherwise, open) : value;
      },
    );
  }
}

const REFERENCE = /\$\$|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
