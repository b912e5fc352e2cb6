/** What stands in the log in place of anything secret, as GitLab's own runner writes it. */
export const MASK: Uint8Array = new TextEncoder().encode('[MASKED]');
