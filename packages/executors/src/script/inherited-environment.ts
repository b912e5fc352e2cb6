/** The variables of the runner's own environment that no job may see, or would be misled by. */
const OWN = new Set([
  'GITLAB_TOKEN',
  // What npm, pnpm and Node set for the program that they start.
  'INIT_CWD',
  'PNPM_SCRIPT_SRC_DIR',
  'NODE',
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'NODE_V8_COVERAGE',
  // What systemd gives to the service: a job that has NOTIFY_SOCKET could speak in its name.
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'FDSTORE',
  'MAINPID',
  'MANAGERPID',
  'SYSTEMD_EXEC_PID',
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'MEMORY_PRESSURE_WATCH',
  'MEMORY_PRESSURE_WRITE',
  'CREDENTIALS_DIRECTORY',
  'STATE_DIRECTORY',
  'RUNTIME_DIRECTORY',
  'CACHE_DIRECTORY',
  'LOGS_DIRECTORY',
  'CONFIGURATION_DIRECTORY',
  // What belongs to the shell or the git hook from which the runner was started.
  '_',
  'OLDPWD',
  'PWD',
  'SHLVL',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
]);

const OWN_PREFIX = /^(FELLRUNNER_|npm_)/;

/** The runner's environment as a job's processes inherit it, beneath the job's variables. */
export function inheritedEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([key]) => !OWN.has(key) && !OWN_PREFIX.test(key));
  const environment = Object.fromEntries(kept);
  const path = environment['PATH'];
  return path === undefined ? environment : { ...environment, PATH: withoutLaunchers(path) };
}

/** npm and pnpm put their packages' programs, and the Node that they bring, before all others. */
function withoutLaunchers(path: string): string {
  return path
    .split(':')
    .filter((folder) => !folder.includes('/node_modules/'))
    .join(':');
}
