/** A field of what came over the wire is not what it has to be. */
export class WireError extends Error {
  /** The field's name, after those of the fields that it is in. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * An object of the wire, read field by field: unknown fields do no harm, and what may be left out
 * may be null as well. Written out because every job is read twice, and a validator that copies
 * what it checks took a third of all that a short job allocates.
 */
export class Fields {
  readonly #source: Readonly<Record<string, unknown>>;

  /** @throws {@link WireError} where it is no object. */
  constructor(source: unknown) {
    if (!isObject(source)) throw new WireError('', 'expected an object');
    this.#source = source;
  }

  /** Whether there is anything at all, whatever it is. */
  has(name: string): boolean {
    return (this.#source[name] ?? '') !== '';
  }

  /** An empty text where there is none. */
  text(name: string): string {
    return this.optionalText(name) ?? '';
  }

  optionalText(name: string): string | undefined {
    const value = this.#source[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw new WireError(name, 'expected a text');
  }

  requiredText(name: string): string {
    const value = this.#source[name];
    if (typeof value === 'string') return value;
    throw new WireError(name, 'expected a text');
  }

  texts(name: string): readonly string[] {
    return this.optionalTexts(name) ?? [];
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#source[name] ?? undefined;
    if (value === undefined || isTexts(value)) return value;
    throw new WireError(name, 'expected a list of texts');
  }

  /** A text alone is a list of one. */
  textOrTexts(name: string): readonly string[] {
    const value = this.#source[name];
    return typeof value === 'string' ? [value] : this.texts(name);
  }

  flag(name: string): boolean {
    const value = this.#source[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw new WireError(name, 'expected true or false');
  }

  number(name: string): number | undefined {
    const value = this.#source[name] ?? undefined;
    if (value === undefined || typeof value === 'number') return value;
    throw new WireError(name, 'expected a number');
  }

  requiredNumber(name: string): number {
    const value = this.number(name);
    if (value !== undefined) return value;
    throw new WireError(name, 'expected a number');
  }

  object<T>(name: string, read: (fields: Fields) => T): T | undefined {
    const value = this.#source[name] ?? undefined;
    return value === undefined ? undefined : readAt(name, value, read);
  }

  objects<T>(name: string, read: (fields: Fields) => T): T[] {
    const value = this.#source[name] ?? [];
    if (!Array.isArray(value)) throw new WireError(name, 'expected a list');
    return value.map((item, index) => readAt(`${name}.${index}`, item, read));
  }
}

function readAt<T>(name: string, value: unknown, read: (fields: Fields) => T): T {
  try {
    return read(new Fields(value));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new WireError(error.path === '' ? name : `${name}.${error.path}`, error.message);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
