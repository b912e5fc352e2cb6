import type { VariableScope } from '../variables/variable-scope.ts';

/** Applies one of the functions of `$[[ inputs.NAME | function ]]`; undefined for one that is not known. */
export function applyFunction(
  call: string,
  text: string,
  variables: VariableScope,
): string | undefined {
  if (call === 'expand_vars') return variables.insertWritten(text);
  if (call === 'posix_escape') return escapeForShell(text);
  const truncate = /^truncate\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(call);
  if (truncate === null) return undefined;
  const [start, length] = [Number(truncate[1]), Number(truncate[2])];
  return [...text].slice(start, start + length).join('');
}

/** Escapes as Ruby's `Shellwords.escape` does. */
function escapeForShell(text: string): string {
  if (text === '') return "''";
  return text.replaceAll(/[^A-Za-z0-9_\-.,:+/@\n]/g, '\\$&').replaceAll('\n', "'\n'");
}
