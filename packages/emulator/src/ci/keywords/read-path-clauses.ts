import type { ConfigField } from '../config-field.ts';

const MAX_PATHS = 50;

/** Reads `rules:changes`, a list of globs or `paths`. */
export function readChanges(field: ConfigField | undefined): readonly string[] | undefined {
  if (field?.node.kind !== 'map') return field && limited(field, field.strings());
  const map = field.map(['paths', 'compare_to']);
  const comparison = map?.get('compare_to');
  comparison?.refuse(
    'asks for the changes since another ref, which are not known here',
    'take compare_to out: then the changes of the pipeline itself count',
  );
  const paths = map?.get('paths');
  if (paths === undefined) return field.refuse('names no paths', 'write `paths:` with a list');
  return limited(paths, paths.strings());
}

/** Reads `rules:exists`, a glob, a list of them or `paths`. */
export function readExists(field: ConfigField | undefined): readonly string[] | undefined {
  if (field?.node.kind !== 'map') return field && limited(field, field.stringOrStrings());
  const map = field.map(['paths', 'project', 'ref']);
  map
    ?.get('project')
    ?.refuse(
      'asks for the files of another project, which are not known here',
      'take project and ref out: then the files of this repository count',
    );
  const paths = map?.get('paths');
  if (paths === undefined) return field.refuse('names no paths', 'write `paths:` with a list');
  return limited(paths, paths.stringOrStrings());
}

function limited(field: ConfigField, paths: string[] | undefined): string[] | undefined {
  if (paths === undefined || paths.length <= MAX_PATHS) return paths;
  return field.refuse(`has ${paths.length} entries`, `list at most ${MAX_PATHS}`);
}
