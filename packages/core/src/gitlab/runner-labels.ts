import { RunnerError } from '../errors.ts';

/** What GitLab is told of a runner's process besides its facts; `env`, `region` and the like. */
export type RunnerLabels = Readonly<Record<string, string>>;

/** GitLab's own limits (`ci_runner_labels.json`): it refuses all of them where one is beyond. */
const MOST = 32;
const NAME = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{2,64}$/;
const VALUE = /^[a-zA-Z0-9._-]{1,256}$/;

/** @throws RunnerError `CONFIG_INVALID`, naming the first label that GitLab would not take. */
export function checkLabels(labels: RunnerLabels): RunnerLabels {
  const entries = Object.entries(labels);
  if (entries.length > MOST) {
    throw invalid(`There are ${entries.length} labels; GitLab takes ${MOST} at most.`);
  }
  for (const [name, value] of entries) {
    if (!NAME.test(name)) {
      throw invalid(
        `The label "${name}" cannot be called so: 3 to 65 letters, digits, ".", "_", "-".`,
      );
    }
    if (!VALUE.test(value)) {
      throw invalid(
        `The label "${name}" cannot have that value: 1 to 256 letters, digits, ".", "_", "-".`,
      );
    }
  }
  return labels;
}

function invalid(message: string): RunnerError {
  return new RunnerError('CONFIG_INVALID', message);
}
