/** Offers the same three files to every artifact; prints what it finds of them in a dependency, twice. */
import { text } from 'node:stream/consumers';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step({ dependencies, log }) {
    for (const dependency of dependencies) {
      const paths = (await dependency.files()).toSorted();
      for (const path of [...paths, ...paths]) {
        await log.line(`${path}: ${await text(await dependency.file(path))}`);
      }
    }
  },
  *artifacts() {
    yield { path: 'test', data: 'testdata' };
    yield { path: 'test2', data: 'testdata2' };
    yield { path: 'dir/test', data: 'testdata-dir' };
  },
});
