/**
 * `open_jobs` has a row for each job that is not closed, and what hangs on it is wanted no longer
 * than that: the wrapped key, the payload, results and the trace head go with one delete. `seq`
 * is the order in which the events of all jobs were committed.
 */
export const createEvents = `
  CREATE TABLE store (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    store_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE jobs (
    job_key INTEGER PRIMARY KEY AUTOINCREMENT,
    gitlab_id INTEGER NOT NULL,
    url TEXT NOT NULL,
    closed_at INTEGER,
    quarantined TEXT
  ) STRICT;
  CREATE INDEX jobs_by_gitlab_id ON jobs (gitlab_id);
  CREATE INDEX jobs_by_closing ON jobs (closed_at) WHERE closed_at IS NOT NULL;

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    job_key INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (job_key, position)
  ) STRICT;

  CREATE TABLE open_jobs (
    job_key INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    wrapped_key BLOB NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;

  CREATE TABLE once_results (
    job_key INTEGER NOT NULL REFERENCES open_jobs ON DELETE CASCADE,
    step INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    spool_offset INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('json', 'bytes')),
    value BLOB NOT NULL,
    PRIMARY KEY (job_key, step, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE trace_heads (
    job_key INTEGER PRIMARY KEY REFERENCES open_jobs ON DELETE CASCADE,
    bytes BLOB NOT NULL
  ) STRICT;
`;
