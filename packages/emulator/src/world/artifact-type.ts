type Format = 'zip' | 'gzip' | 'raw';

interface ArtifactType {
  readonly format: Format;
  /** The name of a report's file, where its job names none. */
  readonly fileName: string | undefined;
}

const types: Readonly<Record<string, readonly [Format, string?]>> = {
  archive: ['zip'],
  metadata: ['gzip'],
  trace: ['raw'],
  junit: ['gzip', 'junit.xml'],
  metrics: ['gzip', 'metrics.txt'],
  metrics_referee: ['gzip'],
  network_referee: ['gzip'],
  dotenv: ['gzip', '.env'],
  cobertura: ['gzip', 'cobertura-coverage.xml'],
  jacoco: ['gzip', 'jacoco-coverage.xml'],
  cluster_applications: ['gzip', 'gl-cluster-applications.json'],
  lsif: ['zip', 'lsif.json'],
  scip: ['zip', 'index.scip'],
  cyclonedx: ['gzip', 'gl-sbom.cdx.json'],
  annotations: ['gzip', 'gl-annotations.json'],
  repository_xray: ['gzip', 'gl-repository-xray.json'],
  sast: ['raw', 'gl-sast-report.json'],
  secret_detection: ['raw', 'gl-secret-detection-report.json'],
  dependency_scanning: ['raw', 'gl-dependency-scanning-report.json'],
  container_scanning: ['raw', 'gl-container-scanning-report.json'],
  cluster_image_scanning: ['raw', 'gl-cluster-image-scanning-report.json'],
  dast: ['raw', 'gl-dast-report.json'],
  license_scanning: ['raw', 'gl-license-scanning-report.json'],
  accessibility: ['raw', 'gl-accessibility.json'],
  codequality: ['raw', 'gl-code-quality-report.json'],
  performance: ['raw', 'performance.json'],
  browser_performance: ['raw', 'browser-performance.json'],
  load_performance: ['raw', 'load-performance.json'],
  terraform: ['raw', 'tfplan.json'],
  requirements: ['raw', 'requirements.json'],
  requirements_v2: ['raw', 'requirements_v2.json'],
  coverage_fuzzing: ['raw', 'gl-coverage-fuzzing.json'],
  api_fuzzing: ['raw', 'gl-api-fuzzing-report.json'],
  sarif: ['raw', 'gl-sarif-report.sarif'],
};

export const artifactFormats = ['zip', 'gzip', 'raw'] as const satisfies readonly Format[];
export const artifactTypes: readonly string[] = Object.keys(types);

/** The one format that GitLab takes a type in, and its usual file name; undefined for no type. */
export function artifactType(name: string): ArtifactType | undefined {
  const found = Object.hasOwn(types, name) ? types[name] : undefined;
  return found && { format: found[0], fileName: found[1] };
}
