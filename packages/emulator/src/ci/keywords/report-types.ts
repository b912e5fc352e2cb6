/** How a runner has to pack an artifact. */
export type ArtifactFormat = 'zip' | 'gzip' | 'raw';

interface ReportType {
  readonly format: ArtifactFormat;
  readonly fileName: string;
}

const gzip = (fileName: string): ReportType => ({ format: 'gzip', fileName });
const raw = (fileName: string): ReportType => ({ format: 'raw', fileName });

/** What GitLab asks of each kind of report under `artifacts:reports`. */
export const reportTypes = {
  junit: gzip('junit.xml'),
  metrics: gzip('metrics.txt'),
  dotenv: gzip('.env'),
  cyclonedx: gzip('gl-sbom.cdx.json'),
  annotations: gzip('gl-annotations.json'),
  repository_xray: gzip('gl-repository-xray.json'),
  lsif: { format: 'zip', fileName: 'lsif.json' },
  sast: raw('gl-sast-report.json'),
  secret_detection: raw('gl-secret-detection-report.json'),
  dependency_scanning: raw('gl-dependency-scanning-report.json'),
  container_scanning: raw('gl-container-scanning-report.json'),
  cluster_image_scanning: raw('gl-cluster-image-scanning-report.json'),
  dast: raw('gl-dast-report.json'),
  license_scanning: raw('gl-license-scanning-report.json'),
  accessibility: raw('gl-accessibility.json'),
  codequality: raw('gl-code-quality-report.json'),
  performance: raw('performance.json'),
  browser_performance: raw('browser-performance.json'),
  load_performance: raw('load-performance.json'),
  terraform: raw('tfplan.json'),
  requirements: raw('requirements.json'),
  requirements_v2: raw('requirements_v2.json'),
  coverage_fuzzing: raw('gl-coverage-fuzzing.json'),
  api_fuzzing: raw('gl-api-fuzzing-report.json'),
  sarif: raw('gl-sarif-report.sarif'),
} as const satisfies Readonly<Record<string, ReportType>>;

/** What becomes of `coverage_report`, by its `coverage_format`. */
export const coverageFormats = {
  cobertura: gzip('cobertura-coverage.xml'),
  jacoco: gzip('jacoco-coverage.xml'),
} as const satisfies Readonly<Record<string, ReportType>>;
