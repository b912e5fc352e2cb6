import type { Call } from '../http/call.ts';
import {
  boundaryOf,
  MalformedForm,
  readMultipart,
  type Part,
  type PartSink,
} from '../http/multipart.ts';
import { Parameters } from '../http/parameters.ts';
import { invalidParameter, refused } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import { ReceivedFile } from '../storage/received-file.ts';
import { artifactFormats, artifactTypes } from '../world/artifact-type.ts';
import type { World } from '../world/world.ts';
import { authenticateJob, tokenOf } from './authenticate-job.ts';
import { storeArtifact, type Upload } from './store-artifact.ts';

/** `POST /jobs/:id/artifacts`: one file of a job, as a form's part `file`. */
export async function uploadArtifact(world: World, call: Call): Promise<Reply> {
  const form = new UploadForm(world);
  try {
    await form.read(call);
    if (call.gone) return json(400, 400);
    return await acceptUpload(world, call, form);
  } finally {
    await form.file?.discard();
  }
}

async function acceptUpload(world: World, call: Call, form: UploadForm): Promise<Reply> {
  const parameters = new Parameters({ ...form.fields, ...fieldsOfQuery(call) });
  if (form.file === undefined) throw invalidParameter('file is missing');
  const type = parameters.oneOf('artifact_type', artifactTypes) ?? 'archive';
  const format = parameters.oneOf('artifact_format', artifactFormats) ?? 'zip';
  if (!world.settings.artifacts_enabled) throw refused(405, '405 Method Not Allowed');
  const token = tokenOf(call, parameters);
  const job = authenticateJob(world, { token, id: call.capture(0), heartbeat: false });
  if (form.file.tooLarge) throw refused(413, 'file size has reached maximum size limit');
  const upload: Upload = {
    type,
    format,
    file: form.file,
    filename: form.filename,
    expireIn: parameters.string('expire_in'),
    accessibility: parameters.oneOf('accessibility', ['public', 'private', 'maintainer', 'none']),
  };
  await storeArtifact(world, job, upload);
  return json(201, 201);
}

function fieldsOfQuery(call: Call): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(call.query));
}

/** The form of an upload, read to its end before anything is decided. */
class UploadForm {
  readonly fields: Record<string, string> = {};
  readonly #world: World;
  file: ReceivedFile | undefined;
  filename = 'default.zip';

  constructor(world: World) {
    this.#world = world;
  }

  async read(call: Call): Promise<void> {
    const boundary = boundaryOf(call.header('content-type') ?? '');
    if (boundary === undefined) return drain(call);
    try {
      await readMultipart(counted(call), boundary, (part) => this.#open(part));
    } catch (error) {
      if (!(error instanceof MalformedForm)) throw error;
      await drain(call);
      throw refused(400, `400 Bad request - ${error.message}`);
    }
  }

  #open(part: Part): PartSink {
    if (part.name === 'file' && part.filename !== undefined && this.file === undefined) {
      return this.#openFile(part.filename);
    }
    return part.filename === undefined ? this.#openField(part.name) : ignored;
  }

  #openFile(filename: string): PartSink {
    const { folder, settings } = this.#world;
    const limit = settings.max_artifact_bytes === 0 ? Infinity : settings.max_artifact_bytes;
    const file = new ReceivedFile(folder.newPath('artifact'), limit);
    this.file = file;
    this.filename = sanitize(filename) || this.filename;
    return { write: (chunk) => file.write(chunk), end: () => undefined };
  }

  #openField(name: string): PartSink {
    const chunks: Buffer[] = [];
    return {
      write: (chunk) => void chunks.push(chunk),
      end: () => {
        this.fields[name] = Buffer.concat(chunks).toString();
      },
    };
  }
}

/** As GitLab stores it: without folders, `_` for all but letters, digits and `.-+`. */
function sanitize(filename: string): string {
  const name = (filename.split(/[/\\]/).at(-1) ?? '').replaceAll(
    /[^\p{L}\p{M}\p{N}\p{Pc}.+-]/gu,
    '_',
  );
  return /^\.+$/.test(name) ? `_${name}` : name;
}

const ignored: PartSink = { write: () => undefined, end: () => undefined };

async function* counted(call: Call): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = call.message.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    call.receivedBytes += chunk.length;
    yield chunk;
  }
}

async function drain(call: Call): Promise<void> {
  for await (const _ of counted(call)) continue;
}
