/** C0 and C1 controls and DEL, and the characters that turn the direction of text around. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * One line that does nothing to a terminal: names, messages and logs come from other people's
 * jobs. Control characters are shown as they are written in source code.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': ' ' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
