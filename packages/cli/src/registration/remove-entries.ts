import { indexesByToken, type ConfigEdit } from '../config/edit-config-file.ts';
import type { ConfiguredRunner } from './configured-runner.ts';

/** The edit that takes runners out; each is found by its token, as its place may have changed. */
export function withoutEntries(runners: readonly ConfiguredRunner[]): ConfigEdit {
  return (document) => {
    const indexes = runners.flatMap(({ writtenToken }) => indexesByToken(document, writtenToken));
    return document.withoutRunners([...new Set(indexes)]);
  };
}
