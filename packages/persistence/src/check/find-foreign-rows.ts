import { query, type Connection } from '../connection.ts';
import type { Finding } from './store-check.ts';

/** What must belong to what; parents first, since their removal takes their children along. */
const BELONGS: readonly { readonly child: string; readonly parent: string }[] = [
  { child: 'events', parent: 'jobs' },
  { child: 'open_jobs', parent: 'jobs' },
  { child: 'once_results', parent: 'open_jobs' },
  { child: 'trace_heads', parent: 'open_jobs' },
];

/** Finds rows that no job owns. SQLite lets none in, so another program has written here. */
export function findForeignRows(db: Connection): readonly Finding[] {
  return BELONGS.flatMap(({ child, parent }) => {
    const orphans = `FROM ${child} WHERE job_key NOT IN (SELECT job_key FROM ${parent})`;
    const { rows = 0 } =
      query<[], { rows: number }>(db, `SELECT count(*) AS rows ${orphans}`).get() ?? {};
    if (rows === 0) return [];
    return [
      {
        kind: 'rows' as const,
        jobKey: undefined,
        message: `${rows} row(s) of ${child} belong to no job; mending removes them.`,
        mend: () => void db.exec(`DELETE ${orphans}`),
      },
    ];
  });
}
