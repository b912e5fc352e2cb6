import { parseDuration } from '../ci/duration.ts';
import { checkAnnotations, parseDotenv } from './parse-report.ts';
import { refused } from '../http/refusal.ts';
import type { ReceivedFile } from '../storage/received-file.ts';
import { artifactType } from '../world/artifact-type.ts';
import { artifactSpecs } from '../world/define-job.ts';
import type { Job } from '../world/job.ts';
import type { Variable } from '../variables/variable.ts';
import type { World } from '../world/world.ts';

export interface Upload {
  readonly type: string;
  readonly format: string;
  readonly file: ReceivedFile;
  readonly filename: string;
  readonly expireIn: string | undefined;
  readonly accessibility: string | undefined;
}

/**
 * Keeps an uploaded file as the job's artifact of its type. The same file a second time is ignored,
 * so that an upload whose answer was lost can be repeated; another one is refused.
 */
export async function storeArtifact(world: World, job: Job, upload: Upload): Promise<void> {
  const { type, file } = upload;
  const sha256 = await file.finish();
  const existing = job.artifacts.get(type);
  if (existing?.sha256 === sha256) return;
  if (existing !== undefined)
    throw refused(400, 'another artifact of the same type already exists');
  if (artifactType(type)?.format !== upload.format) {
    throw refused(400, 'Validation failed: Invalid file format with specified file type');
  }
  const variables = await readReport(type, file);
  const seconds = parseDuration(upload.expireIn ?? world.settings.default_artifacts_expire_in);
  job.artifacts.set(type, {
    id: world.ids.next('artifact'),
    fileType: type,
    fileFormat: upload.format,
    filename: upload.filename,
    size: file.size,
    sha256,
    path: file.keep(),
    expireIn: upload.expireIn,
    expireAt: seconds === undefined ? undefined : world.clock.now() + seconds * 1000,
    accessibility: upload.accessibility ?? configuredAccess(job, type),
    variables,
  });
  job.changed();
}

/** Reads those reports that GitLab reads before it takes them. */
async function readReport(type: string, file: ReceivedFile): Promise<Variable[]> {
  if (type === 'annotations') await checkAnnotations(file);
  return type === 'dotenv' ? parseDotenv(file) : [];
}

/** What `artifacts:access` and `artifacts:public` of the job say. */
function configuredAccess(job: Job, type: string): string {
  const spec = artifactSpecs(job.definition.spec).find(
    ({ artifact_type: wanted = 'archive' }) => wanted === type,
  );
  if (spec?.access === 'developer' || spec?.public === false) return 'private';
  return spec?.access === undefined || spec.access === 'all' ? 'public' : spec.access;
}
