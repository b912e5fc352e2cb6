import type { Remote } from './remote.ts';

/** A section of a git configuration file and its settings, in order. */
export type ConfigSection = readonly [
  head: string,
  settings: readonly (readonly [key: string, value: string])[],
];

/** Writes a git configuration file. */
export function formatConfig(sections: readonly ConfigSection[]): string {
  return sections
    .map(([head, settings]) => {
      const lines = settings.map(([key, value]) => `\t${key} = ${quoteValue(value)}\n`);
      return `[${head}]\n${lines.join('')}`;
    })
    .join('');
}

/** The head of a section with a name of its own: `section "name"`. */
export function named(section: string, name: string): string {
  return `${section} "${name.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

function quoteValue(value: string): string {
  const escaped = value
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
  return `"${escaped}"`;
}

/**
 * git asks this for the password, and gets the job's token from the environment: so it is in no
 * file and no command line, and a script's own git has it too.
 */
const PASSWORD_FROM_ENVIRONMENT = `!f() { test "$1" != get || printf 'password=%s\\n' "$CI_JOB_TOKEN"; }; f`;

export interface OuterConfig {
  readonly remote: Remote;
  /** The files of `CI_SERVER_TLS_…`, by git's name for the setting. */
  readonly tls: ReadonlyMap<string, string>;
  readonly usesBundleUris: boolean;
}

/** What git has to know that must not stay in `.git`: it lies beside the project for the job's time. */
export function outerConfig({ remote, tls, usesBundleUris }: OuterConfig): string {
  const servers = remote.origins.flatMap((origin): ConfigSection[] => [
    ...(remote.password === '' ? [] : [credentialSection(origin, remote.username)]),
    ...(tls.size === 0 ? [] : ([[named('http', origin), [...tls]]] as const)),
  ]);
  const rewrites = remote.rewrites.map(({ from, to }): ConfigSection => [
    named('url', to),
    [['insteadOf', from]],
  ]);
  const bundles: ConfigSection[] = usesBundleUris ? [['transfer', [['bundleURI', 'true']]]] : [];
  return formatConfig([...bundles, ...servers, ...rewrites]);
}

/** An empty helper first: no other helper gets to see the token, or to keep it. */
function credentialSection(origin: string, username: string): ConfigSection {
  return [
    named('credential', origin),
    [
      ['helper', ''],
      ['helper', PASSWORD_FROM_ENVIRONMENT],
      ...(username === '' ? [] : ([['username', username]] as const)),
    ],
  ];
}

export interface RepositoryConfig {
  readonly remote: Remote;
  readonly outerConfig: string;
  /** The filter of a partial clone, whose objects are fetched when they are needed. */
  readonly partialCloneFilter: string | undefined;
}

/** What comes behind git's own settings in a `.git/config` that each job gets anew. */
export function repositoryConfig(options: RepositoryConfig): string {
  const { outerConfig: path, partialCloneFilter, remote } = options;
  const isPartial = partialCloneFilter !== undefined;
  return formatConfig([
    [
      named('remote', 'origin'),
      [
        ['url', remote.url],
        ['fetch', '+refs/heads/*:refs/remotes/origin/*'],
        ...(isPartial ? promisorSettings(partialCloneFilter) : []),
      ],
    ],
    ...(isPartial ? ([['extensions', [['partialClone', 'origin']]]] as const) : []),
    ['fetch', [['recurseSubmodules', 'false']]],
    ['credential', [['interactive', 'never']]],
    ['gc', [['autoDetach', 'false']]],
    ['include', [['path', path]]],
  ]);
}

function promisorSettings(filter: string): readonly (readonly [string, string])[] {
  return [
    ['promisor', 'true'],
    ['partialclonefilter', filter],
  ];
}
