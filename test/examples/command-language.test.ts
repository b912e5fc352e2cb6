import { describe, expect, test } from 'vitest';

import { splitWords } from '../../examples/command-language/split-words.ts';
import { ExampleRunner } from './support/example-runner.ts';

describe.concurrent('the command language', () => {
  test('does each line with its quotes, options and variables, and gives what was written', async () => {
    await using runner = await ExampleRunner.start('command-language');
    const job = runner.gitlab.job({
      variables: { WHO: 'the  "fell"' },
      artifacts: { paths: ['notes.txt'] },
      script: [
        'say --loud hello $WHO',
        `write notes.txt "for $WHO"`,
        `write -a notes.txt 'for $WHO'`,
      ],
    });
    await job.finished();
    expect(job.trace).toBe(
      '> say --loud hello $WHO\nHELLO THE  "FELL"!\n' +
        `> write notes.txt "for $WHO"\n> write -a notes.txt 'for $WHO'\n`,
    );
    expect(job.status).toBe('success');
    expect(job.artifact()?.file('notes.txt').toString()).toBe('for the  "fell"\nfor $WHO\n');
  });

  test('fails at a command that there is not, and names it', async () => {
    await using runner = await ExampleRunner.start('command-language');
    const job = runner.gitlab.job({ script: ['say one', 'dance --wild', 'say two'] });
    await job.finished();
    expect([job.status, job.failureReason]).toEqual(['failed', 'script_failure']);
    expect(job.trace).toBe(
      '> say one\none\n> dance --wild\n' +
        'ERROR: Job failed: There is no command "dance"; there are say, wait, write.\n',
    );
  });

  test('goes on after the last line that was done when its runner was killed', async () => {
    await using runner = await ExampleRunner.start('command-language');
    const script = ['write --append notes.txt once', 'say begun', 'wait 1', 'say ended'];
    const job = runner.gitlab.job({ script, artifacts: { paths: ['notes.txt'] } });
    await job.until(({ trace }) => trace.includes('> wait'));
    await runner.kill();
    runner.start();
    await job.finished();
    expect(job.trace).toBe(
      '> write --append notes.txt once\n> say begun\nbegun\n> wait 1\n> say ended\nended\n',
    );
    expect(job.artifact()?.file('notes.txt').toString()).toBe('once\n');
  });
});

describe('a line', () => {
  const expand = (text: string): string => text.replaceAll('$A', 'a b');

  test.for([
    ['', []],
    ['  one   two ', ['one', 'two']],
    ['"" \'\'', ['', '']],
    ['x"y z"\'w\'', ['xy zw']],
    ['$A "$A" \'$A\' \\$A', ['a b', 'a b', '$A', '$A']],
    ['"say \\"hi\\" for \\$A"', ['say "hi" for $A']],
  ] as const)('%j is the words %j', ([line, words]) => {
    expect(splitWords(line, expand)).toEqual(words);
  });

  test('whose quote is not closed is refused', () => {
    expect(() => splitWords('say "hello', expand)).toThrow('A quote is not closed: "hello');
  });
});
