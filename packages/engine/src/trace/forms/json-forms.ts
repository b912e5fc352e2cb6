/**
 * The inside of a secret's JSON string, as JavaScript and jq write it, as Python does (ASCII only),
 * Go (safe in HTML) and PHP (escaped slashes).
 */
export function jsonForms(secret: string): string[] {
  const plain = JSON.stringify(secret).slice(1, -1);
  const ascii = plain.replace(/[\u0080-\uffff]/g, unicodeEscape);
  const htmlSafe = plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  return [plain, ascii, htmlSafe, escapeSlashes(plain), escapeSlashes(ascii)];
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function escapeSlashes(text: string): string {
  return text.replaceAll('/', '\\/');
}
