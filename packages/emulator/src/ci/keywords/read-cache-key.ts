import type { ConfigField } from '../config-field.ts';
import type { Place } from '../pipeline-refused.ts';

/** A cache's key: given, or made from files' contents or from the commits that changed them last. */
export type CacheKey =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'files' | 'files_commits';
      readonly at: Place;
      readonly files: readonly string[];
      readonly prefix: string | undefined;
    };

const MAX_FILES = 2;

/** Reads `cache:key`; left out it is `default`. */
export function readCacheKey(field: ConfigField | undefined): CacheKey {
  if (field === undefined) return DEFAULT;
  if (field.node.kind !== 'map') return { kind: 'text', text: readKeyText(field) ?? '' };
  const map = field.map(['files', 'files_commits', 'prefix']);
  map?.refuseTogether(['files', 'files_commits']);
  const prefix = map?.get('prefix');
  const prefixText = prefix && readKeyText(prefix);
  for (const kind of ['files', 'files_commits'] as const) {
    const files = map?.get(kind);
    if (files !== undefined) {
      return { kind, at: files.at, files: readFiles(files), prefix: prefixText };
    }
  }
  field.refuse('has no files', 'write `files:` with one or two of them, or the key as one string');
  return DEFAULT;
}

const DEFAULT: CacheKey = { kind: 'text', text: 'default' };

function readKeyText(field: ConfigField): string | undefined {
  const text = field.string();
  if (text === undefined) return undefined;
  if (isSlashless(text)) return text;
  return field.refuse(
    `is "${text}", which cannot be a folder's name`,
    'leave "/", "." and ".." out; a variable such as $CI_COMMIT_REF_SLUG is fine',
  );
}

/** A key becomes the name of a folder: GitLab looks through URL encoding, too. */
function isSlashless(text: string): boolean {
  const decoded = text.replaceAll(/%2f/gi, '/').replaceAll(/%2e/gi, '.');
  return !decoded.includes('/') && decoded !== '.' && decoded !== '..';
}

function readFiles(field: ConfigField): readonly string[] {
  const files = field.strings() ?? [];
  if (files.length > MAX_FILES || (files.length === 0 && field.node.kind === 'list')) {
    field.refuse(`has ${files.length} files`, `name one or ${MAX_FILES}`);
  }
  return files.map((file) => file.replace(/^\/+/, ''));
}
