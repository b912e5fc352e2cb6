import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { FakeEngine, readText, type EngineWishes } from './fake-engine.ts';

const environment = { ...process.env };

function setup(wishes: EngineWishes = {}): FakeEngine {
  const engine = new FakeEngine({
    ...wishes,
    variables: { GIT_STRATEGY: 'none', ...wishes.variables },
  });
  return engine;
}

afterEach(() => {
  process.env = { ...environment };
  FakeEngine.removeAll();
});

async function run(wishes: EngineWishes): Promise<FakeEngine> {
  const engine = setup(wishes);
  await engine.prepare();
  await engine.step();
  return engine;
}

describe("a script's environment", () => {
  it("has nothing of the runner's own", async () => {
    Object.assign(process.env, {
      FELLRUNNER_TOKEN: 'own-secret-1',
      GITLAB_TOKEN: 'own-secret-2',
      CREDENTIALS_DIRECTORY: '/own-secret-3',
      NOTIFY_SOCKET: '/own-secret-4',
      npm_config_token: 'own-secret-5',
      NODE_OPTIONS: '--title=own-secret-6',
      INIT_CWD: '/own-secret-7',
      OF_THE_MACHINE: 'stays',
      PATH: `/own-secret-8/node_modules/.bin:${environment['PATH']}`,
    });
    const engine = await run({ script: ['env; cat /proc/$$/environ /proc/$PPID/environ'] });
    expect(engine.text).not.toContain('own-secret');
    expect(engine.lines).toContain('OF_THE_MACHINE=stays');
    expect(engine.text.match(/FELLRUNNER_\w+=\S*/g)?.[0]).toBe(
      `FELLRUNNER_MARK=${engine.runner.storeId}:42:0`,
    );
  });

  it("has the job's variables, and those that only the runner knows", async () => {
    const engine = await run({
      script: ['env'],
      options: { environment: ['FROM_CONFIG=yes', 'CI_JOB_NAME=overridden'] },
      variables: { HERE: '$CI_PROJECT_DIR/x', RAW: { value: '$HERE', raw: true } },
    });
    expect(engine.lines).toEqual(
      expect.arrayContaining([
        `CI_PROJECT_DIR=${engine.project}`,
        `CI_BUILDS_DIR=${engine.root}/builds`,
        `RUNNER_TEMP_PROJECT_DIR=${engine.project}.tmp`,
        `HERE=${engine.project}/x`,
        'RAW=$HERE',
        'CI_CONCURRENT_ID=0',
        'CI_SERVER=yes',
        'CI_JOB_STATUS=running',
        'CI_JOB_TIMEOUT=3600',
        'CI_RUNNER_VERSION=0.1.0',
        'CI_RUNNER_SHORT_TOKEN=abc123def',
        'CI_SHARED_ENVIRONMENT=true',
        'GITLAB_USER_LOGIN=joss',
        'FROM_CONFIG=yes',
        'CI_JOB_NAME=test',
      ]),
    );
  });

  it('takes values as they are, whatever a shell would make of them', async () => {
    const value = `a'b"c $(false) \`false\` \\n ü\n\tlast !`;
    const engine = await run({
      script: ['printf %s "$ODD" >odd'],
      variables: { ODD: { value, raw: true } },
    });
    expect(readText(join(engine.project, 'odd'))).toBe(value);
  });

  it("lets a job's PATH go before that of the login profile", async () => {
    const engine = await run({
      script: ['echo "$PATH"'],
      variables: { PATH: { value: '/job/bin:/usr/bin:/bin', raw: true } },
    });
    expect(engine.lines).toContain('/job/bin:/usr/bin:/bin');
  });

  it('names variables that a shell cannot export, and goes on', async () => {
    const engine = await run({
      script: ['echo "still here ${#LONG}"'],
      variables: {
        'not-a-name': 'x',
        UID: '0',
        FELLRUNNER_MARK: 'of another job',
        LONG: 'x'.repeat(200_000),
      },
    });
    expect(engine.lines).toEqual(
      expect.arrayContaining([
        'WARNING: The variable not-a-name has a name that a shell cannot export.',
        'WARNING: The variable UID is read-only in a shell and stays as it is.',
        "WARNING: The variable FELLRUNNER_MARK is the runner's own and stays as it is.",
        'still here 200000',
      ]),
    );
  });

  it('goes on where the login profile made a variable read-only', async () => {
    const home = join(setup().root, 'home');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, '.bash_profile'), 'readonly FIXED=profile\n');
    const engine = setup({ script: ['echo "is $FIXED"'], variables: { FIXED: 'job' }, home });
    await engine.prepare();
    await engine.step();
    expect(engine.lines).toContain('is profile');
    expect(engine.text).toMatch(/FIXED: readonly variable/);
  });
});

describe('a file variable', () => {
  it('is a file that only its owner reads, and is gone after the job', async () => {
    const engine = await run({
      script: ['cp "$CERT" copy; stat -c %a "$CERT"; echo "$CERT" "$ALSO"'],
      variables: {
        CERT: { value: 'line 1\nline $2\n', file: true, raw: true },
        ALSO: '$CERT',
      },
    });
    const path = join(`${engine.project}.tmp`, 'CERT');
    expect(readText(join(engine.project, 'copy'))).toBe('line 1\nline $2\n');
    expect(engine.lines).toEqual(expect.arrayContaining(['600', `${path} ${path}`]));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await engine.cleanUp();
    expect(existsSync(path)).toBe(false);
  });

  it('never leaves its folder, whatever its name', async () => {
    const engine = await run({
      script: ['true'],
      variables: { '../../escaped': { value: 'x', file: true } },
    });
    expect(readdirSync(engine.root, { recursive: true }).join()).not.toContain('escaped');
  });

  it('replaces what an earlier job put in its place', async () => {
    const engine = setup({
      script: ['cat "$CERT"'],
      variables: { CERT: { value: 'x', file: true } },
    });
    const victim = join(engine.root, 'victim');
    mkdirSync(`${engine.project}.tmp`, { recursive: true });
    writeFileSync(victim, 'untouched');
    const { symlinkSync } = await import('node:fs');
    symlinkSync(victim, join(`${engine.project}.tmp`, 'CERT'));
    await engine.prepare();
    expect(readText(victim)).toBe('untouched');
  });
});

describe('after_script', () => {
  it('knows how the script ended, and is in the folder as the script left it', async () => {
    const engine = setup({
      script: ['echo x >made'],
      afterScript: ['echo "it $CI_JOB_STATUS"; cat made'],
    });
    await engine.prepare();
    await engine.step();
    await engine.step(1, { jobStatus: 'failed' });
    const at = engine.lines.indexOf('Running after_script');
    expect(engine.lines.slice(at)).toEqual([
      'Running after_script',
      'Running after script...',
      '$ echo "it $CI_JOB_STATUS"; cat made',
      'it failed',
      'x',
      '',
    ]);
  });

  it('gets the variables that the script left in the file for them', async () => {
    const engine = setup({
      script: ['echo "HANDED=over here" >>"$GITLAB_ENV"'],
      afterScript: ['echo "got $HANDED"'],
    });
    await engine.prepare();
    await engine.step();
    await engine.step(1);
    expect(engine.lines).toContain('got over here');
    const next = setup({ id: 43, script: ['echo "got ${HANDED-nothing}"'], root: engine.root });
    await next.prepare();
    await next.step();
    expect(next.lines).toContain('got nothing');
  });
});

describe('a script', () => {
  it('runs between those of the configuration', async () => {
    const engine = await run({
      script: ['echo job'],
      options: { preBuildScript: 'echo before', postBuildScript: 'echo after' },
    });
    const said = engine.lines.filter((line) => /^(before|job|after)$/.test(line));
    expect(said).toEqual(['before', 'job', 'after']);
  });

  it('is traced where the job asks for it, and not where the runner forbids it', async () => {
    const traced = await run({ script: ['true'], variables: { CI_DEBUG_TRACE: 'true' } });
    expect(traced.text).toMatch(/^\++ true$/m);
    const quiet = await run({
      script: ['true'],
      variables: { CI_DEBUG_TRACE: 'true' },
      options: { debugTraceDisabled: true },
    });
    expect(quiet.text).not.toMatch(/^\++ true$/m);
    expect(quiet.text).toContain('CI_DEBUG_TRACE: usage is disabled on this Runner');
  });

  it('has sections for commands of several lines where the job wants them', async () => {
    const engine = await run({
      script: ['echo one', 'echo two\necho three'],
      variables: { FF_SCRIPT_SECTIONS: 'true' },
    });
    expect(engine.text.replaceAll(/\d{10}/g, 'TIME')).toContain(
      'section_start:TIME:section_script_step_1[hide_duration=true,collapsed=true]\r\x1b[0K' +
        '\x1b[32;1m$ echo two\necho three\x1b[0;m\n' +
        'section_end:TIME:section_script_step_1\r\x1b[0Ktwo\nthree\n',
    );
  });

  it('runs in sh as well', async () => {
    const engine = await run({
      script: ['echo "in $0"', 'false || echo "a\nb"', 'exit 0'],
      options: { shell: 'sh' },
    });
    expect(engine.lines).toEqual(expect.arrayContaining(['in sh', 'a', 'b']));
    expect(engine.text).toContain('Using Shell (sh) executor...');
  });
});
