import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { refused } from '../http/refusal.ts';
import type { Variable } from '../variables/variable.ts';

const DOTENV_LIMIT = 5 * 1024;
const DOTENV_VARIABLES = 20;

export interface ReportFile {
  readonly path: string;
  readonly size: number;
}

/** The variables of a dotenv report, which later jobs get. @throws where GitLab would not take it. */
export async function parseDotenv(file: ReportFile): Promise<Variable[]> {
  if (file.size > DOTENV_LIMIT) {
    throw refused(400, `Dotenv Artifact Too Big. Maximum Allowable Size: ${DOTENV_LIMIT}`);
  }
  const lines = (await gunzipped(file)).split('\n').filter((line) => line.trim() !== '');
  const variables = lines.map(parseLine);
  if (variables.length > DOTENV_VARIABLES) {
    throw refused(400, `Dotenv files cannot have more than ${DOTENV_VARIABLES} variables`);
  }
  return variables;
}

function parseLine(line: string): Variable {
  const [, key, value] = /^(.*?)=(.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) throw refused(400, 'Invalid Format');
  if (!/^\w+$/.test(key.trim())) {
    throw refused(400, "Validation failed: Key can contain only letters, digits and '_'.");
  }
  return { key: key.trim(), value: value.trim(), public: false, masked: false };
}

/** @throws where an annotations report is no JSON object. */
export async function checkAnnotations(file: ReportFile): Promise<void> {
  const value = parseJson(await gunzipped(file));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(400, 'Annotations files must be a top-level object');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(400, error instanceof Error ? error.message : 'Invalid Format');
  }
}

async function gunzipped({ path }: ReportFile): Promise<string> {
  const packed = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(gunzipSync(packed));
  } catch {
    throw refused(400, 'Invalid Format');
  }
}
