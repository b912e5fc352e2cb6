/**
 * A secret percent-encoded as common tools do it. They differ in the characters that they leave
 * alone, in the case of the hex digits, and in what a space becomes.
 */
export function urlForms(secret: string): string[] {
  const component = encodeURIComponent(secret);
  const strict = component.replace(/[!'()*]/g, percentEncode);
  const withSlashes = strict.replaceAll('%2F', '/');
  const form = strict.replaceAll('~', '%7E').replaceAll('%2A', '*');
  return [component, strict, withSlashes, form, encodeURI(secret)]
    .flatMap((text) => [text, text.replaceAll('%20', '+')])
    .flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
