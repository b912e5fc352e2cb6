import { ArchiveError } from '../archive-error.ts';
import { decodePath, quotePath } from '../path-name.ts';

/** What Linux and macOS take; longer names could not be written anyway. */
const longestComponent = 255;
const longestPath = 4095;

/**
 * Turns an entry's name into a relative path without `.`, empty or trailing components; empty for
 * the archive's root. Backslashes are letters here, but a name that would climb out where they
 * separate is refused as well.
 * @throws {@link ArchiveError} `NAME_UNSAFE`
 */
export function parseEntryPath(name: Buffer): string {
  const text = decodePath(name);
  const reason = findDanger(text);
  if (reason !== undefined) {
    throw new ArchiveError(
      'NAME_UNSAFE',
      `The archive has an entry ${quotePath(text)}: ${reason}.`,
    );
  }
  const components = text.split('/').filter((part) => part !== '' && part !== '.');
  const isTooLong =
    name.length > longestPath ||
    components.some((part) => Buffer.byteLength(part) > longestComponent);
  if (isTooLong) {
    throw new ArchiveError(
      'NAME_UNSAFE',
      `The archive has an entry whose name is too long: ${quotePath(text.slice(0, 80))}….`,
    );
  }
  return components.join('/');
}

function findDanger(name: string): string | undefined {
  if (name === '') return 'it has no name';
  if (name.includes('\0')) return 'the name contains a NUL';
  if (/^[/\\]/.test(name) || /^[A-Za-z]:[/\\]/.test(name)) return 'the path is absolute';
  if (name.split(/[/\\]/).includes('..')) return 'the path leads out of the archive';
  return undefined;
}
