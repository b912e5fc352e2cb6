/** A YAML text as it stands in a test, without the indentation that all its lines share; only `${` and backticks need a backslash. */
export function yaml({ raw }: TemplateStringsArray): string {
  const text = raw.join('').replaceAll('\\${', '${').replaceAll('\\`', '`');
  const lines = text.replace(/^\n/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join('\n');
}
