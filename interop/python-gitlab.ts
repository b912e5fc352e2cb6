import type { Emulator } from '@fellrunner/emulator';

import { pythonProgram } from './python-program.ts';

async function addTeam(gitlab: Emulator): Promise<void> {
  const team = await control(gitlab, 'groups', { path: 'team' });
  for (const path of ['app', 'other'])
    await control(gitlab, 'projects', { path, group_id: team.id });
}

async function control(gitlab: Emulator, what: string, body: object): Promise<{ id: number }> {
  const answer = await fetch(`${gitlab.url}/_emulator/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { id: number };
}

export const pythonGitlab = pythonProgram({
  name: 'python-gitlab',
  title: 'python-gitlab (Python), on our emulator',
  requirement: 'python-gitlab==8.4.0',
  script: 'python_gitlab_scenarios.py',
  scenarios: [
    { name: 'signs in, and asks for the version', call: 'auth' },
    { name: 'creates a runner', call: 'create' },
    { name: 'creates runners of groups and projects', call: 'create_for_places', before: addTeam },
    { name: 'lists runners, page by page', call: 'lists' },
    { name: 'changes and pauses a runner', call: 'update' },
    { name: 'deletes a runner, by id and by token', call: 'delete' },
    { name: 'verifies a token', call: 'verify' },
    { name: 'registers a runner, the old way', call: 'register' },
    { name: 'lends a runner to another project', call: 'project_runners', before: addTeam },
    { name: 'lists the runners of a group', call: 'group_runners', before: addTeam },
    { name: 'lists the jobs of a runner', call: 'jobs_of_a_runner' },
  ],
});
