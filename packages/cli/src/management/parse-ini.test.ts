import { expect, it } from 'vitest';

import { parseIni } from './parse-ini.ts';

it("reads python-gitlab's configuration as Python does", () => {
  const text = `# mine
[global]
default = work
ssl_verify: true

[work]
URL = https://gitlab.example.com
; not this one
private_token = helper: cat
  /run/token
[home]
url=https://home.example.com/a=b
[work]
timeout = 10
`;
  expect(
    Object.fromEntries([...parseIni(text)].map(([name, keys]) => [name, Object.fromEntries(keys)])),
  ).toEqual({
    global: { default: 'work', ssl_verify: 'true' },
    work: {
      url: 'https://gitlab.example.com',
      private_token: 'helper: cat\n/run/token',
      timeout: '10',
    },
    home: { url: 'https://home.example.com/a=b' },
  });
});
