import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { CommitFacts } from './commit-facts.ts';
import { ServedRepository } from './served-repository.ts';

/** The commit of jobs that name no repository. Its sha follows from the rest, on every machine. */
export const initialCommit: CommitFacts = {
  sha: '808627e500fcf279de90b182ff63d36a5743aafb',
  message: 'Initial commit',
  author: 'Administrator <admin@example.com>',
  timestamp: '2026-01-01T00:00:00+00:00',
  tagMessage: undefined,
};

const DEFAULT_BRANCH = 'main';

/** The rules of git-check-ref-format: one line that git cannot read spoils the refs for all. */
const REF_NAME = /^(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock\/))[^\p{Cc} ~^:?*[\\]+(?<!\/|\.|\.lock)$/su;

/**
 * The one repository of all jobs that name none: a commit without files, at each branch, tag and
 * pipeline of such jobs. It is written in the moment that it is first asked for, by no process.
 */
export class InitialRepository {
  readonly served: ServedRepository;
  readonly #refs = new Set([`refs/heads/${DEFAULT_BRANCH}`]);

  constructor(path: string) {
    const format = { defaultBranch: DEFAULT_BRANCH, objectFormat: 'sha1' };
    this.served = new ServedRepository(path, format);
    const tree = this.#write('tree', '');
    const { author, message, timestamp } = initialCommit;
    const signature = `${author} ${Date.parse(timestamp) / 1000} +0000`;
    const head = [`tree ${tree}`, `author ${signature}`, `committer ${signature}`].join('\n');
    this.#write('commit', `${head}\n\n${message}\n`);
  }

  /** No ref is taken away; a name that git does not allow is not served. */
  add(ref: string): void {
    if (REF_NAME.test(ref)) this.#refs.add(ref);
  }

  /** Brings the served refs up to date. */
  refresh(): void {
    this.served.writeRefs([...this.#refs].map((name) => `${initialCommit.sha} ${name}`));
  }

  #write(type: string, content: string): string {
    const object = `${type} ${Buffer.byteLength(content)}\0${content}`;
    const sha = createHash('sha1').update(object).digest('hex');
    const path = join(this.served.path, 'objects', sha.slice(0, 2), sha.slice(2));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, deflateSync(object));
    return sha;
  }
}
