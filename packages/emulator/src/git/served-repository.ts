import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a served repository is made with. */
export interface ServedFormat {
  readonly defaultBranch: string;
  readonly objectFormat: string;
}

/** A bare repository that runners fetch from; its refs are replaced all at once. */
export class ServedRepository {
  readonly path: string;
  #writes = 0;

  constructor(path: string, { defaultBranch, objectFormat }: ServedFormat) {
    this.path = path;
    mkdirSync(join(path, 'objects', 'info'), { recursive: true });
    mkdirSync(join(path, 'refs'));
    writeFileSync(join(path, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
    writeFileSync(join(path, 'config'), configFor(objectFormat));
  }

  /** Each is a commit's sha, a blank and the name. */
  writeRefs(refs: readonly string[]): void {
    this.#writes += 1;
    const written = join(this.path, `packed-refs.${this.#writes}`);
    writeFileSync(written, `${refs.join('\n')}\n`);
    renameSync(written, join(this.path, 'packed-refs'));
  }
}

/** As Gitaly has it: any commit may be asked for, and partial clones are allowed. */
function configFor(objectFormat: string): string {
  const format =
    objectFormat === 'sha1'
      ? ['[core]', 'repositoryformatversion = 0', 'bare = true']
      : [
          '[core]',
          'repositoryformatversion = 1',
          'bare = true',
          '[extensions]',
          `objectFormat = ${objectFormat}`,
        ];
  const uploads = ['[uploadpack]', 'allowAnySHA1InWant = true', 'allowFilter = true'];
  return [...format, ...uploads, '[http]', 'receivepack = false', ''].join('\n');
}
