/** What people call a job by: `42`, or `gitlab.example/42` where two servers have a 42. */
export interface JobReference {
  readonly gitlabId: number;
  readonly server: string | undefined;
}

export function parseJobReference(text: string): JobReference | undefined {
  const [, server, id] = /^(?:(.+)\/)?(\d{1,15})$/.exec(text.trim()) ?? [];
  return id === undefined ? undefined : { gitlabId: Number(id), server };
}

/** Whether a server is meant: by its host, its host and path, or its whole URL. */
export function namesServer(server: string, url: string): boolean {
  return server === url || server === serverName(url) || server === new URL(url).host;
}

/** `gitlab.example`, or `example.com/gitlab` for a server below a path. */
export function serverName(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`.replace(/\/+$/, '');
}
