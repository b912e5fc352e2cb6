import { describe, expect, it } from 'vitest';

import { createProgramLog, type ProgramLogOptions } from './program-log.ts';

function setup(options: Partial<ProgramLogOptions> = {}) {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createProgramLog({ level: 'info', format: 'text', colors: false, write, ...options });
  return { lines, log };
}

describe('the log for people', () => {
  it('has one line a record: time, level, message and fields', () => {
    const { lines, log } = setup();
    log.warn({ job: 42, why: 'no room' }, 'it waits');
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} warn  it waits job=42 why="no room"\n$/,
      ),
    ]);
  });

  it('keeps line breaks and escape sequences of jobs away from the terminal', () => {
    const { lines, log } = setup();
    log.info({ name: 'a\nb' }, 'one\ntwo \u001b[31mred');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('one\\ntwo \\u001b[31mred name="a\\nb"\n');
  });

  it('shows a stack only at debug level', () => {
    const stack = 'Error: it\n    at somewhere';
    const quiet = setup();
    quiet.log.error({ stack }, 'a bug');
    expect(quiet.lines.join('')).not.toContain('somewhere');
    const debug = setup({ level: 'debug' });
    debug.log.error({ stack }, 'a bug');
    expect(debug.lines.join('')).toContain('at somewhere');
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = setup({ level: 'warn' });
    log.info({}, 'not this');
    expect(lines).toEqual([]);
  });
});

describe('the log for programs', () => {
  it('has one JSON object a line, with the level as a word and the time in ISO 8601', () => {
    const { lines, log } = setup({ format: 'json' });
    log.info({ job: 42 }, 'received');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      job: 42,
      msg: 'received',
    });
  });
});
