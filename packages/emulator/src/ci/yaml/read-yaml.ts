import type { Document } from 'yaml';

import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import type { MapNode } from './config-node.ts';
import { parseWithLooseFlow } from './parse-with-loose-flow.ts';
import { YamlConverter } from './yaml-converter.ts';

/** A configuration file: its own values, and the `spec` header before them where there is one. */
export interface YamlFile {
  readonly header: MapNode | undefined;
  readonly content: MapNode;
}

// GitLab's default for the size of all that a configuration's YAML stands for, in values.
const MAX_WEIGHT = 200_000;
const SPLIT_OR_QUOTE = 'correct the YAML; a value that holds ": " or " #" needs quotes';

/** Reads a file's YAML; what is wrong with it becomes problems, and undefined is the answer. */
export function readYaml(text: string, file: string, problems: Problems): YamlFile | undefined {
  // Every scalar is left a string: what it means is for the converter, which reads as Ruby does.
  const { documents, ...parsed } = parseWithLooseFlow(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const placeOf = (offset: number): Place => ({ file, ...parsed.placeOf(offset) });
  if (reportSyntax(documents, placeOf, problems)) return undefined;
  const converted = documents.map((document) => convert(document, placeOf, problems));
  return chooseDocuments(converted, placeOf(0), problems);
}

function reportSyntax(
  documents: readonly Document.Parsed[],
  placeOf: (offset: number) => Place,
  problems: Problems,
): boolean {
  const errors = documents.flatMap((document) => document.errors);
  for (const error of errors) {
    problems.add(placeOf(error.pos[0]), `YAML: ${error.message}`, SPLIT_OR_QUOTE);
  }
  return errors.length > 0;
}

function convert(
  document: Document.Parsed,
  placeOf: (offset: number) => Place,
  problems: Problems,
): MapNode | undefined {
  const root = new YamlConverter(document, placeOf, problems).convert();
  if (root === undefined) return undefined;
  if (root.kind !== 'map') {
    problems.add(root.at, 'a configuration has to be a mapping', 'write `job: {script: …}`');
    return undefined;
  }
  if (root.weight > MAX_WEIGHT) {
    const what = `its anchors make it stand for more than ${MAX_WEIGHT} values`;
    problems.add(root.at, what, 'use fewer aliases within aliases');
    return undefined;
  }
  return root;
}

function chooseDocuments(
  documents: readonly (MapNode | undefined)[],
  start: Place,
  problems: Problems,
): YamlFile | undefined {
  const [first, second, third] = documents;
  if (documents.length === 0) {
    problems.add(start, 'the file is empty', 'add a job to it');
    return undefined;
  }
  if (first === undefined) return undefined;
  const hasHeader = documents.length > 1 && first.entries.has('spec');
  const ignored = hasHeader ? third : second;
  // GitLab does not look at it either.
  if (ignored !== undefined) problems.note(ignored.at, 'a further YAML document is not read');
  if (!hasHeader) return { header: undefined, content: first };
  return second && { header: first, content: second };
}
