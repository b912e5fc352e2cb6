import { toText, type JsonObject } from '../http/parameters.ts';
import type { Job } from '../world/job.ts';
import { linesOf } from './artifacts.ts';

/** `script`, `release` and `after_script`, each as far as the job has it. */
export function stepsPayload(job: Job): JsonObject[] {
  const { spec } = job.definition;
  const script = [...linesOf(spec.before_script), ...linesOf(spec.script)];
  const steps = [step(job, 'script', script, 'on_success', false)];
  if (spec.release !== undefined) {
    steps.push(step(job, 'release', releaseScript(spec.release), 'on_success', false));
  }
  const after = linesOf(spec.after_script);
  if (after.length > 0) steps.push(step(job, 'after_script', after, 'always', true));
  return steps;
}

function step(
  job: Job,
  name: string,
  script: string[],
  when: string,
  allowFailure: boolean,
): JsonObject {
  return { name, script, timeout: job.timeoutS, when, allow_failure: allowFailure };
}

/** The command by which GitLab has a release made. */
function releaseScript(release: JsonObject): string[] {
  const flags = Object.entries({
    name: release['name'],
    description: release['description'],
    'tag-name': release['tag_name'],
    'tag-message': release['tag_message'],
    ref: release['ref'],
    'released-at': release['released_at'],
  });
  const given = flags.filter(([, value]) => typeof value === 'string');
  return [
    [
      'release-cli create',
      ...given.map(([flag, value]) => `--${flag} ${quote(toText(value ?? ''))}`),
    ].join(' '),
  ];
}

function quote(text: string): string {
  return `"${text.replace(/["\\`]/g, '\\$&')}"`;
}
