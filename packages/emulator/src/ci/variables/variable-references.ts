// What ExpandVariables knows in any text: $NAME, ${NAME}, %NAME%.
const REFERENCE = /\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}|%([A-Za-z_]\w*)%/g;
// Within a variable's value a doubled sign stands for itself.
const REFERENCE_OR_ESCAPE = /\$\$|%%|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}|%([A-Za-z_]\w*)%/g;

/** Replaces the references in a text; one whose replacement is undefined stays. */
export function replaceReferences(
  text: string,
  valueOf: (name: string) => string | undefined,
): string {
  return replace(text, REFERENCE, valueOf);
}

/** Replaces the references in a variable's value, where `$$` and `%%` stay as they are. */
export function replaceReferencesInValue(
  text: string,
  valueOf: (name: string) => string | undefined,
): string {
  return replace(text, REFERENCE_OR_ESCAPE, valueOf);
}

/** The names that a variable's value refers to. */
export function referencesInValue(text: string): string[] {
  return [...text.matchAll(REFERENCE_OR_ESCAPE)].flatMap((match) => nameIn(match) ?? []);
}

function replace(
  text: string,
  references: RegExp,
  valueOf: (name: string) => string | undefined,
): string {
  return text.replaceAll(references, (written: string, ...groups: (string | undefined)[]) => {
    const name = nameIn([written, ...groups.slice(0, 3)]);
    return (name === undefined ? undefined : valueOf(name)) ?? written;
  });
}

function nameIn(match: readonly (string | undefined)[]): string | undefined {
  return match[1] ?? match[2] ?? match[3];
}
