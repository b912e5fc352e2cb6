/**
 * How many events a second some writers get durable, each waiting for its own before the next:
 * in the store (`store`), or by SQLite alone with one transaction a round (`sqlite`).
 */
import { connect } from '../../packages/persistence/src/connection.ts';
import { migrate } from '../../packages/persistence/src/migrate.ts';
import { prepareStatements } from '../../packages/persistence/src/statements.ts';
import { aLog, fact, stamped } from '../../packages/testkit/src/a-log.ts';
import { openStore, type Store } from '@fellrunner/persistence';

type JobKey = Parameters<Store['append']>[0];

const [way = '', file = '', writers = '1', seconds = '1'] = process.argv.slice(2);
const RUN_MS = Number(seconds) * 1000;

const [event] = stamped([fact.once(0, 'submit', 4096)]);
if (event === undefined) throw new Error('A fact makes an event.');

const eventsPerS = way === 'store' ? await writeToStore() : writeToSqlite();
process.stdout.write(JSON.stringify({ eventsPerS }));

async function writeToStore(): Promise<number> {
  await using store = openStore(file);
  const keys = await Promise.all(
    Array.from({ length: Number(writers) }, () =>
      store.receive('{}', aLog({}, fact.stepBegins(0))),
    ),
  );
  let count = 0;
  const startedAt = performance.now();
  const write = async (jobKey: JobKey): Promise<void> => {
    for (let position = 2; performance.now() - startedAt < RUN_MS; position += 1) {
      await store.append(jobKey, position, [event!]);
      count += 1;
    }
  };
  await Promise.all(keys.map(write));
  return (count / (performance.now() - startedAt)) * 1000;
}

function writeToSqlite(): number {
  const db = connect(file);
  migrate(db, { file });
  const sql = prepareStatements(db);
  const { at, data, type } = event!;
  const keys = Array.from(
    { length: Number(writers) },
    () => Number(sql.addJob.run(1, 'https://gitlab.example').lastInsertRowid) as JobKey,
  );
  const round = db.transaction((position: number) => {
    for (const key of keys) sql.addEvent.run(key, position, type, at, 1, JSON.stringify(data));
  });
  let count = 0;
  const startedAt = performance.now();
  for (let position = 2; performance.now() - startedAt < RUN_MS; position += 1) {
    round(position);
    count += keys.length;
  }
  const perS = (count / (performance.now() - startedAt)) * 1000;
  db.close();
  return perS;
}
