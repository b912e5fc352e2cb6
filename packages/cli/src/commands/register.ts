import { hostname } from 'node:os';

import { messageOf, RunnerError, Secret } from '@fellrunner/core';

import type { ConfigDocument, EntryValues } from '../config/config-document.ts';
import { configError } from '../config/config-error.ts';
import {
  editConfigFile,
  indexesByToken,
  rehearseEdit,
  type ConfigEdit,
} from '../config/edit-config-file.ts';
import { ExitCode, UsageError } from '../exit-code.ts';
import { findAccess } from '../management/gitlab-access.ts';
import { note } from '../management/print.ts';
import { askForRest, requireAll, type CompleteFlags } from '../registration/complete-flags.ts';
import { configFile } from '../registration/config-place.ts';
import { Conversation } from '../registration/conversation.ts';
import { findCredential } from '../registration/credential.ts';
import { toEntry, toWork } from '../registration/new-entry.ts';
import { obtainToken, type ObtainedToken, type Way } from '../registration/obtain-token.ts';
import { tlsFilesOf, type RegisterFlags } from '../registration/register-flags.ts';

/** What stands for the token until GitLab has given one. */
const NO_TOKEN_YET = 'glrt-rehearsed';

/** Makes a runner at GitLab or takes the one that is there, and adds it to a `config.toml`. */
export async function register(given: RegisterFlags): Promise<ExitCode> {
  warnOfVisibleTokens();
  const file = configFile(given.config);
  const complete = await completeFlags(given);
  const { flags } = complete;
  const way = toWay(complete);
  const work = toWork(flags);
  if (work === undefined) throw new UsageError('--executor or --handler is missing.');
  const { name = hostname() } = flags;
  const identity = { name, url: way.url };
  const known = way.kind === 'runner-token' ? way.token.reveal() : NO_TOKEN_YET;
  const draft = { ...identity, id: 1, token: known, expiresAt: undefined };
  rehearseEdit(file, addEntry(toEntry(draft, work, flags)));
  const obtained = await obtainToken(way, { name, executor: work.executor, flags });
  const entry = toEntry({ ...identity, ...obtained }, work, flags);
  await keep(file, entry, obtained);
  const which = obtained.id === undefined ? '' : ` ${obtained.id}`;
  process.stdout.write(
    `runner${which} "${name}" of ${way.url} is in ${file}; fellrunner run --config ${file} runs it\n`,
  );
  return ExitCode.done;
}

async function completeFlags(flags: RegisterFlags): Promise<CompleteFlags> {
  if (flags.nonInteractive === true || !process.stdin.isTTY) return requireAll(flags);
  using talk = new Conversation({ input: process.stdin, output: process.stderr });
  return await askForRest(flags, talk);
}

function toWay({ accessToken, flags }: CompleteFlags): Way {
  const { accessTokenFile: tokenFile, url } = flags;
  if (accessToken !== undefined && url !== undefined) {
    const access = {
      url,
      token: accessToken,
      tokenType: 'private',
      tls: tlsFilesOf(flags),
    } as const;
    return { kind: 'access-token', url, access };
  }
  const credential = findCredential(flags);
  if (credential?.kind === 'access-token') {
    const access = findAccess({
      ...(url !== undefined && { url }),
      ...(tokenFile !== undefined && { tokenFile }),
    });
    const tls = { ...access.tls, ...tlsFilesOf(flags) };
    return { kind: 'access-token', url: access.url, access: { ...access, tls } };
  }
  if (credential === undefined || url === undefined) throw new UsageError('--url is missing.');
  return { ...credential, url };
}

/** Refuses a token that the file has: its runner would ask for jobs twice. */
function addEntry(entry: EntryValues): ConfigEdit {
  return (document: ConfigDocument) => {
    const [same] = indexesByToken(document, new Secret(String(entry['token'])));
    if (same !== undefined) {
      throw configError(
        document.source,
        ['runners', same, 'token'],
        'a runner with this token is there already',
      );
    }
    return document.withRunner(entry);
  };
}

/** Adds the entry, or takes back what GitLab did for it. */
async function keep(file: string, entry: EntryValues, obtained: ObtainedToken): Promise<void> {
  try {
    editConfigFile(file, addEntry(entry));
  } catch (error) {
    const message = `${messageOf(error).replace(/\.?$/, '.')} ${await takeBack(obtained)}`;
    throw new RunnerError('CONFIG_INVALID', message, { cause: error });
  }
}

async function takeBack({ id, undo }: ObtainedToken): Promise<string> {
  if (undo === undefined) return 'Nothing was changed at GitLab, and the token stays good.';
  try {
    await undo();
    return 'The runner that GitLab had made is deleted again.';
  } catch (error) {
    return `GitLab has the runner ${id}, whose token is lost: delete it there (deleting it here failed: ${messageOf(error)}).`;
  }
}

/** Only of what was typed: an environment is its owner's. */
function warnOfVisibleTokens(): void {
  const typed = process.argv.find((it) =>
    /^(?:--token|--registration-token|-t|-r)(?:=|$)/.test(it),
  );
  if (typed === undefined) return;
  note(
    `others on this machine can see what ${typed.replace(/=.*/, '')} says; the environment hides it`,
  );
}
