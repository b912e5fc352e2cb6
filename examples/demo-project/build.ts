// Makes dist/ of src/: TypeScript in, JavaScript out, with nothing installed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

mkdirSync('dist', { recursive: true });
for (const file of readdirSync('src')) {
  const target = `dist/${file.replace(/\.ts$/, '.js')}`;
  const source = stripTypeScriptTypes(readFileSync(`src/${file}`, 'utf8'));
  writeFileSync(target, source.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  console.log(`${target}: ${source.length} characters`);
}
