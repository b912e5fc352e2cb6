/** A plain scalar's value, and that value as Ruby prints it. */
export interface PsychScalar {
  readonly value: string | number | boolean | null;
  readonly text: string;
}

const WORD_START = /^[^\d.:-]?[\p{Alphabetic}_\s!@#$%^&*(){}<>|/\\~;=]+/u;
const TIME =
  /^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$/;
const DATE = /^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(\.[0-9_]*)?$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$/;
const INTEGER =
  /^(?:[-+]?0b[01_,]+|[-+]?0[0-7_,]+|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[0-9a-fA-F_,]+)$/;

/**
 * Reads a plain (unquoted) scalar as Psych does, the YAML library of GitLab's Ruby: by YAML 1.1, so
 * that `yes` is a boolean, `010` is eight and `22:30` is a number of seconds.
 *
 * @returns undefined for a date or a time, which GitLab's reader does not allow.
 */
export function readPsychScalar(source: string): PsychScalar | undefined {
  if (source === '') return nothing;
  if (WORD_START.test(source) || source.includes('\n')) return readWord(source);
  if (TIME.test(source) || DATE.test(source)) return undefined;
  return readSpecial(source) ?? readNumber(source) ?? string(source);
}

const nothing: PsychScalar = { value: null, text: '' };

function string(text: string): PsychScalar {
  return { value: text, text };
}

function readWord(source: string): PsychScalar {
  if (/^(?:~|null)$/i.test(source)) return nothing;
  if (/^(?:yes|true|on)$/i.test(source)) return { value: true, text: 'true' };
  if (/^(?:no|false|off)$/i.test(source)) return { value: false, text: 'false' };
  return string(source);
}

function readSpecial(source: string): PsychScalar | undefined {
  if (/^\+?\.inf$/i.test(source)) return { value: Infinity, text: 'Infinity' };
  if (/^-\.inf$/i.test(source)) return { value: -Infinity, text: '-Infinity' };
  if (/^\.nan$/i.test(source)) return { value: Number.NaN, text: 'NaN' };
  // A Ruby symbol, which everything after the reader takes for a string.
  const symbol = /^:(?:(["'])(.*)\1|(.+))/.exec(source);
  return symbol === null ? undefined : string(symbol[2] ?? symbol[3] ?? '');
}

function readNumber(source: string): PsychScalar | undefined {
  const sexagesimal = SEXAGESIMAL.exec(source);
  if (sexagesimal !== null) return readSexagesimal(source, sexagesimal[1] !== undefined);
  if (FLOAT.test(source) && !/^[-+]?\.$/.test(source)) return readFloat(source);
  return INTEGER.test(source) ? readInteger(source) : undefined;
}

/** Psych weighs the parts as hours, minutes and seconds even where there are only two. */
function readSexagesimal(source: string, isFloat: boolean): PsychScalar {
  const parts = source.split(':').map((part) => Number.parseFloat(part.replaceAll('_', '')));
  const value = parts.reduce((sum, part, index) => sum + part * 60 ** Math.abs(index - 2), 0);
  return { value, text: isFloat ? rubyFloat(value) : String(value) };
}

function readFloat(source: string): PsychScalar | undefined {
  const value = Number(source.replaceAll(/[,_]/g, ''));
  return Number.isNaN(value) ? undefined : { value, text: rubyFloat(value) };
}

function readInteger(source: string): PsychScalar | undefined {
  const digits = source.replaceAll(/[,_+-]/g, '');
  if (/^0[bx]$/.test(digits)) return undefined;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = source.startsWith('-') ? -BigInt(octal) : BigInt(octal);
  return { value: Number(value), text: value.toString() };
}

/** Prints a float as Ruby does: `1.0`, `0.25`, `1.0e+20`. */
function rubyFloat(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) {
    const digits = mantissa.replaceAll(/[-.]/g, '').length;
    return value.toFixed(Math.max(1, digits - 1 - power));
  }
  const sign = power < 0 ? '-' : '+';
  const digits = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
