import assert from 'node:assert/strict';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '@fellrunner/emulator';

import type { Program, Ready, Scenario } from './scenario.ts';
import { pythonWith, runTool } from './workshop.ts';

export interface PythonScenario {
  readonly name: string;
  /** The function in the script that does it. */
  readonly call: string;
  readonly defect?: string;
  /** What is there before the script runs. */
  before?(gitlab: Emulator): void | Promise<void>;
  /** What GitLab must have seen; the script has asserted what the library saw. */
  after?(gitlab: Emulator): void;
}

interface PythonProgram {
  readonly name: string;
  readonly title: string;
  readonly requirement: string;
  readonly script: string;
  readonly scenarios: readonly PythonScenario[];
}

/** A Python library on our emulator; each scenario is a function of a script, and has a fresh GitLab. */
export function pythonProgram(program: PythonProgram): Program {
  const { name, title, requirement, script, scenarios } = program;
  const file = join(import.meta.dirname, 'python', script);
  return {
    name,
    title,
    async prepare(): Promise<Ready> {
      const python = await pythonWith(requirement);
      return {
        version: requirement.split('==')[1] ?? 'unknown',
        scenarios: scenarios.map((scenario) => toScenario(scenario, python, file)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  };
}

function toScenario(scenario: PythonScenario, python: string, file: string): Scenario {
  const { name, defect, call, before, after } = scenario;
  return {
    name,
    ...(defect === undefined ? {} : { defect }),
    async run() {
      await using gitlab = await startEmulator();
      await before?.(gitlab);
      const { code, output } = await runTool(python, [file, call], {
        ...process.env,
        GITLAB_URL: gitlab.url,
        RUNNER_TOKEN: gitlab.runnerToken,
        REGISTRATION_TOKEN: gitlab.registrationToken,
        ADMIN_TOKEN: gitlab.adminToken,
      });
      assert.equal(code, 0, output.trim().split('\n').slice(-3).join(' | '));
      after?.(gitlab);
    },
  };
}
