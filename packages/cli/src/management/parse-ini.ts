/**
 * Reads an INI file as Python's configparser does, as far as python-gitlab's goes: sections,
 * `key = value` or `key: value`, values that go on in indented lines, whole lines as comments.
 * Later values replace earlier ones; keys are in small letters.
 */
export function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let lastKey: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? [];
    const [, key, value = ''] = /^([^\s=:#;[][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      lastKey = undefined;
    } else if (key !== undefined) {
      lastKey = key.toLowerCase();
      section.set(lastKey, value);
    } else if (/^\s+[^\s#;]/.test(line) && lastKey !== undefined) {
      section.set(lastKey, `${section.get(lastKey) ?? ''}\n${line.trim()}`.trim());
    }
  }
  return sections;
}
