import { existsSync } from 'node:fs';
import { hostname } from 'node:os';

import { Secret } from '@fellrunner/core';

import { UsageError } from '../exit-code.ts';
import { parseRunnerType, urlProblem } from '../option-values.ts';
import type { Conversation } from './conversation.ts';
import { findCredential, kindOfToken } from './credential.ts';
import { executorProblem } from './new-entry.ts';
import type { RegisterFlags } from './register-flags.ts';

/** Options that say all that is needed, and what was typed in beside them. */
export interface CompleteFlags {
  readonly flags: RegisterFlags;
  readonly accessToken: Secret | undefined;
}

/** Asks for what the options leave open. @throws UsageError at the end of input. */
export async function askForRest(given: RegisterFlags, talk: Conversation): Promise<CompleteFlags> {
  const url = given.url ?? (await askUrl(talk));
  const token = findCredential(given) === undefined ? await askToken(talk) : {};
  const place = token.accessToken === undefined ? {} : await askPlace(talk);
  const name = given.name ?? (await talk.ask({ text: "The runner's name", fallback: hostname() }));
  const work = await askWork(given, talk);
  const { accessToken, ...credential } = token;
  return { flags: { ...given, url, name, ...credential, ...place, ...work }, accessToken };
}

/**
 * Refuses what leaves something open.
 *
 * @throws UsageError that names all that is missing.
 */
export function requireAll(flags: RegisterFlags): CompleteFlags {
  const credential = findCredential(flags);
  const missing = [
    ...(flags.url === undefined && credential?.kind !== 'access-token'
      ? ['--url (CI_SERVER_URL)']
      : []),
    ...(credential === undefined
      ? ['--token (CI_SERVER_TOKEN), or --project-id, --group-id or --type for a new runner']
      : []),
    ...(flags.executor === undefined && flags.handler === undefined
      ? ['--executor (RUNNER_EXECUTOR) or --handler']
      : []),
  ];
  if (missing.length === 0) return { flags, accessToken: undefined };
  const why = flags.nonInteractive === true ? '' : '; nothing is asked without a terminal';
  throw new UsageError(`register needs ${missing.join('; and ')}${why}.`);
}

function askUrl(talk: Conversation): Promise<string> {
  const problem = (url: string): string | undefined => {
    const what = urlProblem(url);
    return what && `This ${what}.`;
  };
  return talk.ask({ text: "GitLab's address", fallback: 'https://gitlab.com', problem });
}

interface TypedToken extends Pick<RegisterFlags, 'token' | 'registrationToken'> {
  readonly accessToken?: Secret;
}

async function askToken(talk: Conversation): Promise<TypedToken> {
  const token = await talk.ask({
    text: "The runner's token (glrt-…), or a personal access token to make a runner with (glpat-…)",
    isSecret: true,
    problem: (text) => (/^[\x21-\x7e]+$/.test(text) ? undefined : 'It has blanks in it.'),
  });
  switch (kindOfToken(token)) {
    case 'runner-token':
      return { token };
    case 'registration-token':
      return { registrationToken: token };
    case 'access-token':
      return { accessToken: new Secret(token) };
  }
}

async function askPlace(
  talk: Conversation,
): Promise<Pick<RegisterFlags, 'type' | 'groupId' | 'projectId'>> {
  const place = /^(?:instance|(project|group) (\d{1,15}))$/;
  const answer = await talk.ask({
    text: 'Whose runner it is: project ID, group ID or instance',
    problem: (text) => (place.test(text) ? undefined : 'It looks like: project 42'),
  });
  const [, kind, id] = place.exec(answer) ?? [];
  if (kind === undefined) return { type: parseRunnerType('instance') };
  return kind === 'project' ? { projectId: Number(id) } : { groupId: Number(id) };
}

async function askWork(
  { executor, handler }: RegisterFlags,
  talk: Conversation,
): Promise<Pick<RegisterFlags, 'executor' | 'handler'>> {
  if (handler !== undefined) return { handler };
  const wanted =
    executor ??
    (await talk.ask({
      text: 'What does the jobs: shell or handler',
      fallback: 'shell',
      problem: executorProblem,
    }));
  if (wanted !== 'handler') return { executor: wanted };
  const file = await talk.ask({
    text: "The handler's file",
    problem: (path) => (existsSync(path) ? undefined : 'It does not exist.'),
  });
  return { executor: wanted, handler: file };
}
