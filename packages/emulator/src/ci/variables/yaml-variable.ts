/** A variable of the configuration; a raw one (`expand: false`) is handed on without expansion. */
export interface YamlVariable {
  readonly value: string;
  readonly raw: boolean;
}

/** Variables by name; the order is that of the configuration. */
export type YamlVariables = ReadonlyMap<string, YamlVariable>;

/** Merges layers of variables; the later layer wins. */
export function mergeVariables(...layers: readonly YamlVariables[]): YamlVariables {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** Takes plain values for variables that are expanded. */
export function toVariables(values: Iterable<readonly [string, string]>): YamlVariables {
  return new Map(Array.from(values, ([name, value]) => [name, { value, raw: false }]));
}
