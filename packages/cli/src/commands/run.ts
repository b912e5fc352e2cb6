import { isRunnerError, RunnerError, systemClock } from '@fellrunner/core';
import { checkHandler, GarbageReturn } from '@fellrunner/engine';
import type { Store } from '@fellrunner/persistence';

import { ExitCode } from '../exit-code.ts';
import { LiveView } from '../live/live-view.ts';
import { createProgramLog, type ProgramLog } from '../log/program-log.ts';
import type { MetricsEndpoint } from '../metrics/metrics-endpoint.ts';
import { toErrorReport } from '../report-error.ts';
import { assemble, type RunParts } from '../run/assemble.ts';
import { AtEnd } from '../run/at-end.ts';
import { endOrphans } from '../run/end-orphans.ts';
import { openRunStore } from '../run/open-run-store.ts';
import { createReload } from '../run/reload.ts';
import { readSettings, type RunFlags, type RunSettings } from '../run/run-settings.ts';
import { openScreen, type Screen } from '../run/screen.ts';
import type { Shutdown } from '../run/shutdown.ts';
import { onSignals } from '../run/signals.ts';
import { ownSurroundings, whatEndsSteps } from '../run/step-survival.ts';
import { workOf } from '../run/to-runner-options.ts';
import { lostToken, rotationNote, TokenRotation } from '../run/token-rotation.ts';
import { ConfigWatch } from '../run/watch-config.ts';
import { storeFile } from '../store/open-reader.ts';
import { offerTakeover } from '../takeover/listen-for-takeover.ts';
import { packageVersion } from '../version.ts';

const CANCEL_GRACE_MS = 10_000;

/** Asks GitLab for jobs and runs them, until a signal or the last job that may be asked for. */
export async function run(flags: RunFlags): Promise<ExitCode> {
  if (process.platform === 'win32') {
    throw new RunnerError('CONFIG_INVALID', 'fellrunner run needs Linux or macOS.');
  }
  const watch = flags.config === undefined ? undefined : new ConfigWatch(flags.config);
  const settings = await readSettings(flags, process.env);
  const screen = openScreen(settings.logFormat);
  const { logFormat: format, logLevel: level } = settings;
  const log = createProgramLog({ level, format, colors: screen.colors, write: screen.write });
  // Node's own words on what will change in it one day are not for an operator.
  process.removeAllListeners('warning').on('warning', (it) => log.debug({}, it.message));
  try {
    await runJobs({ flags, settings, watch, log, screen });
    return ExitCode.done;
  } catch (error) {
    if (format !== 'json') throw error;
    const { exitCode, line, stack } = await toErrorReport(error);
    log.error({ exitCode, ...(level === 'debug' && { stack }) }, line);
    return exitCode;
  }
}

/** What a run has at hand from its start to its end. */
interface RunContext {
  readonly flags: RunFlags;
  readonly settings: RunSettings;
  readonly watch: ConfigWatch | undefined;
  readonly log: ProgramLog;
  readonly screen: Screen;
}

async function runJobs(context: RunContext): Promise<void> {
  const { flags, log, settings } = context;
  const { cancelGrace: cancelGraceMs = CANCEL_GRACE_MS, maxJobs, onStop, takeover = false } = flags;
  const key = process.env['FELLRUNNER_STORE_KEY'];
  const check = (): Promise<void> => checkWork(settings);
  const opening = { file: storeFile(flags), key, takeover, check, logger: log };
  await using store = await openRunStore(opening);
  const endsSteps = stepsEndWithRunner(settings);
  const metrics = await createMetrics(settings);
  const ways = { cancelGraceMs, maxJobs, onStop, endsSteps, observer: metrics?.observe };
  const parts = assemble({ store, log, settings, ...ways });
  const reload = createReload({
    ...parts,
    log,
    read: () => readSettings(flags, process.env),
    onReplaced: () => rotation.follow(parts.fleet.tokens),
  });
  using rotation = new TokenRotation({
    clock: systemClock,
    logger: log,
    store,
    rotates: flags.rotate !== false,
    onRotated: reload,
  });
  heedSignals(parts.shutdown, flags.config === undefined ? undefined : reload);
  const unfinished = (await store.unfinished()).length;
  // What is unfinished goes on at once, whether GitLab can be reached or not.
  const verified = unfinished > 0 || explained(parts.fleet.verify(), settings, store);
  // A handler's thread takes its time to start: meanwhile the machine is looked through.
  const ready = [
    Promise.race([verified, parts.shutdown.requested]),
    endOrphans(store, cancelGraceMs, log),
  ];
  // The store is not closed before both are done with it.
  await Promise.allSettled(ready);
  await Promise.all(ready);
  await using atEnd = new AtEnd();
  atEnd.use(await offerTakeover(store.file, log, () => parts.shutdown.handOver()));
  atEnd.use(await metrics?.serve(parts, log));
  atEnd.use(context.watch?.start(() => void reload()));
  atEnd.use(showJobs(parts, context.screen));
  atEnd.use(GarbageReturn.begin());
  if (parts.shutdown.hasBegun) return;
  announce(context, { store: store.file, unfinished, endsSteps });
  rotation.follow(parts.fleet.tokens);
  await parts.fleet.run();
}

/** Sees whether all that the runners are to run can be loaded. */
async function checkWork({ runners }: RunSettings): Promise<void> {
  for (const { work } of runners) await checkHandler(workOf(work, process.env));
}

/** A token that is refused may have been replaced just before an earlier runner was killed. */
async function explained(
  verified: Promise<void>,
  { runners }: RunSettings,
  store: Store,
): Promise<void> {
  try {
    await verified;
  } catch (error) {
    if (!isRunnerError(error) || error.code !== 'GITLAB_UNAUTHORIZED') throw error;
    for (const setup of runners) {
      const asked = await rotationNote(store, setup.token);
      if (asked !== undefined)
        throw new RunnerError(error.code, lostToken(setup), { cause: error });
    }
    throw error;
  }
}

function heedSignals(shutdown: Shutdown, reload: (() => Promise<void>) | undefined): void {
  onSignals(
    {
      stop: () => shutdown.stop(),
      drain: () => shutdown.drain(),
      reload: () => void reload?.(),
      leave: (exitCode) => process.exit(exitCode),
    },
    { isTerminal: process.stderr.isTTY },
  );
}

/** Loaded only where somebody asks for it. */
async function createMetrics({ listen }: RunSettings): Promise<MetricsEndpoint | undefined> {
  if (listen === undefined) return undefined;
  const { MetricsEndpoint } = await import('../metrics/metrics-endpoint.ts');
  return new MetricsEndpoint(listen);
}

function stepsEndWithRunner({ runners }: RunSettings): string | undefined {
  const hasShell = runners.some(({ work }) => work.kind === 'shell');
  return hasShell ? whatEndsSteps(ownSurroundings()) : undefined;
}

/** What is known of a run once it begins. */
interface Beginning {
  readonly store: string;
  readonly unfinished: number;
  readonly endsSteps: string | undefined;
}

function announce({ log, settings }: RunContext, beginning: Beginning): void {
  const { concurrent, runners, warnings } = settings;
  const { endsSteps, store, unfinished } = beginning;
  for (const warning of warnings) log.warn({}, warning);
  if (endsSteps !== undefined) log.warn({}, `running steps end with the runner: ${endsSteps}`);
  const servers = [...new Set(runners.map(({ url }) => url))].join(' ');
  const facts = { pid: process.pid, concurrency: concurrent, store, unfinished };
  log.info(facts, `fellrunner ${packageVersion()} runs jobs of ${servers}`);
}

function showJobs({ fleet, store, tally }: RunParts, { block }: Screen): LiveView | undefined {
  if (block === undefined) return undefined;
  const { stderr } = process;
  return new LiveView({
    block,
    store,
    jobs: () => fleet.jobs,
    stored: () => store.jobs,
    totals: () => tally,
    size: () => ({ columns: stderr.columns, rows: stderr.rows }),
  });
}
