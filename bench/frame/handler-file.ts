/** The handler of that name, as a path for `--handler`. */
export function handlerFile(name: string): string {
  return new URL(`../handlers/${name}.ts`, import.meta.url).pathname;
}
