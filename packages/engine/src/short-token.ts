/** Kinds of tokens; those of a new runner may name a partition (`t1_`) after the kind. */
const KINDS = [/^glrt-(t[123]_)?|^t[123]_|^glrtr-/, /^glcbt-/, /^GR[0-9A-Fa-f]{7}/];

const LENGTH = 9;

/**
 * The part of a token that gitlab-runner shows and names build folders by, without the kind of
 * token that it begins with: a runner that takes over from a gitlab-runner finds its clones.
 */
export function shortToken(token: string): string {
  return KINDS.reduce((rest, kind) => rest.replace(kind, ''), token).slice(0, LENGTH);
}
