import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createMaskRules, createTraceFilter } from '../src/trace/trace-filter.ts';

const secrets = {
  password: `p@ss w/rd+"it's"~$HOME\\é<&>!{a,b}[*]?;|^#(x)=y\``,
  'key in lines': '-----BEGIN KEY-----\nMIIEpAIBAAKCAQEAxk5\n"quoted" \\n it\'s\n-----END KEY-----',
  'control characters': 'tab\there, escape\u001b[0m, bell\u0007 and \u007fdelete\r!',
};

/** What the script writes, through the filter, where the secret is in its environment. */
function masked(secret: string, locale: string, script: string): string {
  const output = execFileSync('bash', ['--norc', '-c', `exec 2>&1\n${script}`], {
    env: { PATH: process.env['PATH'], LC_ALL: locale, SECRET: secret },
  });
  const filter = createTraceFilter({ rules: createMaskRules({ secrets: [secret] }) });
  return Buffer.concat([filter.write(output), filter.end()].map((b) => Buffer.from(b))).toString();
}

describe.each(Object.entries(secrets))('a %s, as bash itself quotes it', (_, secret) => {
  describe.each(['C', 'C.UTF-8'])('in the locale %s', (locale) => {
    test.each([
      ['printf %s "$SECRET"', /^\[MASKED\]$/],
      ['printf %q "$SECRET"', /^(\$'\[MASKED\]'|\[MASKED\])$/],
      ['printf %s "${SECRET@Q}"', /^\$?'\[MASKED\]'$/],
      ['declare -p SECRET', /^declare -x SECRET=\$?["']\[MASKED\]["']\n$/],
      ['set -x; : "$SECRET"', /^\+ : \$?'\[MASKED\]'\n$/],
      ['printf %s "$SECRET" | base64 -w0', /^\[MASKED\].{0,4}$/],
      ['printf %s "$SECRET" | base64', /^\[MASKED\](\n\[MASKED\])*.{0,8}\n$/],
      ['printf x%s "$SECRET" | base64 -w0', /^.{0,2}\[MASKED\].{0,4}$/],
      ['printf xy%s "$SECRET" | base64 -w0', /^.{0,3}\[MASKED\].{0,4}$/],
    ])('%s', (script, output) => {
      expect(masked(secret, locale, script)).toMatch(output);
    });
  });
});
