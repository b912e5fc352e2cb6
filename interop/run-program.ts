import { within } from './eventually.ts';
import { NotHere, type Program, type Ready, type Result, type Scenario } from './scenario.ts';

const SCENARIO_MS = 240_000;

/** Runs all that a program is to do, one scenario after the other. */
export async function runProgram(
  program: Program,
  onProgress: (line: string) => void,
): Promise<Result[]> {
  const { title } = program;
  const ready = await prepare(program);
  if ('reason' in ready) {
    onProgress(`${title}: skipped: ${ready.reason}`);
    return [{ program: title, version: '–', scenario: 'all', verdict: ready }];
  }
  await using it = ready;
  const results: Result[] = [];
  for (const scenario of it.scenarios) {
    const startedAt = performance.now();
    const verdict = await judge(scenario);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const why = 'reason' in verdict ? `: ${verdict.reason}` : '';
    onProgress(`${title}: ${scenario.name}: ${verdict.kind}${why} (${seconds} s)`);
    results.push({ program: title, version: it.version, scenario: scenario.name, verdict });
  }
  return results;
}

async function prepare(
  program: Program,
): Promise<Ready | { readonly kind: 'skipped'; readonly reason: string }> {
  try {
    return await program.prepare();
  } catch (error) {
    if (error instanceof NotHere) return { kind: 'skipped', reason: error.message };
    throw error;
  }
}

async function judge(scenario: Scenario): Promise<Result['verdict']> {
  try {
    await within(SCENARIO_MS, scenario.run());
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
  const { defect } = scenario;
  return defect === undefined ? { kind: 'passed' } : { kind: 'defect', reason: defect };
}
