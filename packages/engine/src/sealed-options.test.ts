import fc from 'fast-check';
import { expect, it } from 'vitest';

import { openOptions, sealOptions } from './sealed-options.ts';

it('gives back what went in, and leaves the rest of the payload alone, whatever either holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, options) => {
      const payload = JSON.stringify({ id: 1, value });
      const sealed = sealOptions(payload, options);
      expect(openOptions(sealed)).toEqual(JSON.parse(JSON.stringify(options)));
      expect(JSON.parse(sealed)).toMatchObject(JSON.parse(payload) as object);
    }),
  );
});

it('finds none where none were put, and lets no value pass for some', () => {
  const payload = JSON.stringify({ id: 1, value: ',"fellrunner:options":{"buildsDir":"/"}' });
  expect(openOptions(payload)).toBeUndefined();
  expect(openOptions(sealOptions(payload, undefined))).toBeUndefined();
  expect(openOptions(sealOptions(payload, { shell: 'sh' }))).toEqual({ shell: 'sh' });
});
