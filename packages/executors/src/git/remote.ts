import type { JobPlan } from '../shell/job-plan.ts';

/** Where a job's repository is, and who asks for it there. */
export interface Remote {
  /** Without credentials, so that it may be shown and kept in `.git/config`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The servers that get the credentials: `https://HOST:PORT`. */
  readonly origins: readonly string[];
  /** SSH addresses that are to be HTTPS ones (`GIT_SUBMODULE_FORCE_HTTPS`). */
  readonly rewrites: readonly Rewrite[];
}

export interface Rewrite {
  readonly from: string;
  readonly to: string;
}

export function findRemote(plan: JobPlan): Remote {
  const { config, job, runner } = plan;
  const sent = job.git.url.reveal();
  const url = URL.parse(sent);
  const cloneUrl = config.cloneUrl === undefined ? null : URL.parse(config.cloneUrl);
  const servers = [cloneUrl, URL.parse(runner.url), url].filter((it) => it !== null && isHttp(it));
  return {
    url: cloneUrl === null ? withoutCredentials(sent, url) : projectUrl(cloneUrl, plan),
    username: decode(url?.username ?? ''),
    password: decode(url?.password ?? ''),
    origins: [...new Set(servers.map((server) => server?.origin ?? ''))],
    rewrites: plan.settings.submoduleForceHttps ? sshRewrites(plan, servers[0] ?? null) : [],
  };
}

function withoutCredentials(sent: string, url: URL | null): string {
  if (url === null || !isHttp(url)) return sent;
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  return clean.href;
}

function projectUrl(cloneUrl: URL, { job }: JobPlan): string {
  return `${withoutCredentials('', cloneUrl).replace(/\/+$/, '')}/${job.project.path}.git`;
}

function sshRewrites({ running }: JobPlan, server: URL | null): readonly Rewrite[] {
  if (server === null) return [];
  const { variables } = running;
  const host = variables.value('CI_SERVER_SHELL_SSH_HOST') || variables.value('CI_SERVER_HOST');
  const port = variables.value('CI_SERVER_SHELL_SSH_PORT');
  const to = withoutCredentials('', server).replace(/\/+$/, '');
  if (port !== '' && port !== '22') return [{ from: `ssh://git@${host}:${port}`, to }];
  return [
    { from: `git@${host}:`, to: `${to}/` },
    { from: `ssh://git@${host}`, to },
  ];
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

function decode(text: string): string {
  return decodeURIComponent(text);
}
