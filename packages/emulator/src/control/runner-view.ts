import { toTimestamp } from '../clock.ts';
import type { Runner, RunnerInfo, RunnerManager } from '../world/runner.ts';

/** A process that uses a runner's token, and what it last said of itself. */
export interface RunnerManagerView {
  readonly id: number;
  readonly system_id: string;
  readonly contacted_at: string | null;
  readonly info: RunnerInfo;
  readonly features: Readonly<Record<string, boolean>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A runner as `GET /_emulator/runners` shows it, without its token. */
export interface RunnerView {
  readonly id: number;
  readonly runner_type: string;
  readonly description: string | null;
  readonly paused: boolean;
  readonly tag_list: readonly string[];
  readonly contacted_at: string | null;
  readonly token_expires_at: string | null;
  readonly managers: readonly RunnerManagerView[];
}

export function viewRunner(runner: Runner): RunnerView {
  const { description, paused, tags } = runner.attributes;
  return {
    id: runner.id,
    runner_type: runner.type,
    description: description ?? null,
    paused,
    tag_list: tags,
    contacted_at: toTimestamp(runner.contactedAt),
    token_expires_at: toTimestamp(runner.tokenExpiresAt),
    managers: [...runner.managers.values()].map(viewManager),
  };
}

function viewManager(manager: RunnerManager): RunnerManagerView {
  return {
    id: manager.id,
    system_id: manager.systemId,
    contacted_at: toTimestamp(manager.contactedAt),
    info: manager.info,
    features: manager.features,
    labels: manager.labels,
  };
}
