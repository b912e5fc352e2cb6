import { resolve } from 'node:path';

import type { TlsFiles } from '@fellrunner/core';

import type { AttributeFlags, PlaceFlags } from '../management/runner-attributes.ts';

/** The options of `fellrunner register`; most may come from the environment, by gitlab-runner's names. */
export interface RegisterFlags extends Omit<AttributeFlags, 'description'>, PlaceFlags {
  readonly config?: string;
  readonly nonInteractive?: boolean;
  readonly url?: string;
  /** A runner's own. */
  readonly token?: string;
  readonly registrationToken?: string;
  /** Holds a personal access token. */
  readonly accessTokenFile?: string;
  readonly name?: string;
  readonly executor?: string;
  readonly handler?: string;
  readonly limit?: number;
  readonly requestConcurrency?: number;
  /** KiB, as in the file. */
  readonly outputLimit?: number;
  readonly buildsDir?: string;
  readonly cacheDir?: string;
  readonly shell?: string;
  readonly env?: readonly string[];
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
}

/** What GitLab keeps of a runner, and so only a new runner can be given. */
export const SERVER_SIDE = [
  'paused',
  'locked',
  'accessLevel',
  'runUntagged',
  'tagList',
  'maximumTimeout',
  'maintenanceNote',
  'type',
  'groupId',
  'projectId',
] as const satisfies readonly (keyof RegisterFlags)[];

/** An option as it is typed: `accessLevel` is `--access-level`. */
export function optionName(key: keyof RegisterFlags): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The files that TLS needs; absolute, from the folder where they were typed. */
export function tlsFilesOf({ tlsCaFile, tlsCertFile, tlsKeyFile }: RegisterFlags): TlsFiles {
  return {
    ...(tlsCaFile !== undefined && { caFile: resolve(tlsCaFile) }),
    ...(tlsCertFile !== undefined && { certFile: resolve(tlsCertFile) }),
    ...(tlsKeyFile !== undefined && { keyFile: resolve(tlsKeyFile) }),
  };
}
