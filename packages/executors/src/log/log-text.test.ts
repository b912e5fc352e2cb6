import { describe, expect, it } from 'vitest';

import { errorLine, helperLine, noticeLine, plainLine, warningLine } from './log-text.ts';
import { sectionEnd, sectionStart, stepSection } from './section.ts';

describe('the lines of the log', () => {
  it("are gitlab-runner's, to the byte", () => {
    expect(plainLine('Using Shell (bash) executor...')).toBe(
      '\x1b[0KUsing Shell (bash) executor...\x1b[0;m\n',
    );
    expect(noticeLine('$ make')).toBe('\x1b[32;1m$ make\x1b[0;m\n');
    expect(warningLine('odd')).toBe('\x1b[0;33mWARNING: odd\x1b[0;m\n');
    expect(errorLine('Job failed: exit status 1')).toBe(
      '\x1b[31;1mERROR: Job failed: exit status 1\x1b[0;m\n',
    );
    expect(helperLine('info', 'Archive is up to date!')).toBe(
      `Archive is up to date!${' '.repeat(28)}\x1b[0;m \n`,
    );
    expect(helperLine('warning', 'odd', { id: 7 })).toBe(
      `\x1b[0;33mWARNING: odd${' '.repeat(38)}\x1b[0;m  \x1b[0;33mid\x1b[0;m=7\n`,
    );
  });
});

describe('a section', () => {
  it('is marked for servers that fold it', () => {
    const section = stepSection('script', true);
    expect(sectionStart(section, 1_700_000_000_999)).toBe(
      'section_start:1700000000:step_script\r\x1b[0K' +
        '\x1b[0K\x1b[36;1mExecuting "step_script" stage of the job script\x1b[0;m\x1b[0;m\n',
    );
    expect(sectionEnd(section, 1_700_000_001_000)).toBe(
      'section_end:1700000001:step_script\r\x1b[0K',
    );
  });

  it('is only a title for others', () => {
    const section = stepSection('after_script', false);
    expect(sectionStart(section, 0)).toBe(
      '\x1b[0K\x1b[36;1mRunning after_script\x1b[0;m\x1b[0;m\n',
    );
    expect(sectionEnd(section, 0)).toBe('');
  });
});
