import { OWN_EXIT_CODE, type Theme } from '../scenario.ts';

const SUBMODULES =
  "Newer versions, and this, keep the token out of the clone's remote address and so configure the submodules to find it.";

const LOOK = 'git log --oneline | head -3; git status --short; ls';

export const sources: Theme = {
  name: 'Sources',
  scenarios: [
    { title: 'a fresh clone', jobs: [{ script: [LOOK] }] },
    {
      title: 'the second job fetches into the clone of the first, and cleans it',
      jobs: [
        { script: ['touch left-behind && echo changed >README.md'] },
        { script: [LOOK, 'cat README.md'] },
      ],
    },
    {
      title: 'GIT_STRATEGY=clone begins anew',
      jobs: [
        { script: ['touch .git/mark left-behind'] },
        {
          variables: { GIT_STRATEGY: 'clone' },
          script: ['ls -A', 'test ! -e .git/mark && echo gone'],
        },
      ],
    },
    {
      title: 'GIT_STRATEGY=none leaves the folder as it is',
      jobs: [
        { script: ['touch left-behind'] },
        { variables: { GIT_STRATEGY: 'none' }, script: ['ls'] },
      ],
    },
    {
      title: 'GIT_STRATEGY=empty gives an empty folder',
      jobs: [{ script: ['true'] }, { variables: { GIT_STRATEGY: 'empty' }, script: ['ls -A'] }],
    },
    {
      title: 'a GIT_STRATEGY that is none',
      jobs: [{ variables: { GIT_STRATEGY: 'guess' }, script: ['ls'] }],
    },
    {
      title: 'GIT_DEPTH=1 fetches one commit',
      jobs: [{ variables: { GIT_DEPTH: '1' }, script: ['git rev-list --count HEAD'] }],
    },
    {
      title: 'GIT_DEPTH=0 fetches all branches and tags',
      jobs: [
        {
          variables: { GIT_DEPTH: '0' },
          script: ['git rev-list --count HEAD', 'git branch -r', 'git tag'],
        },
      ],
    },
    { title: 'a tag', jobs: [{ ref: 'v1', tag: true, script: [LOOK, 'git describe --tags'] }] },
    { title: 'another branch', jobs: [{ ref: 'ridge', script: [LOOK] }] },
    {
      title: 'GIT_CHECKOUT=false fetches only',
      jobs: [
        { script: ['true'] },
        {
          ref: 'ridge',
          variables: { GIT_CHECKOUT: 'false' },
          script: ['ls', 'git rev-parse origin/ridge'],
        },
      ],
    },
    {
      title: 'GIT_CLEAN_FLAGS spares what it names',
      jobs: [
        { script: ['mkdir keep && touch keep/a gone'] },
        { variables: { GIT_CLEAN_FLAGS: '-ffdx -e keep/' }, script: ['ls'] },
      ],
    },
    {
      title: 'GIT_CLEAN_FLAGS=none cleans nothing',
      jobs: [
        { script: ['touch stays'] },
        { variables: { GIT_CLEAN_FLAGS: 'none' }, script: ['ls'] },
      ],
    },
    {
      title: 'GIT_FETCH_EXTRA_FLAGS takes the place of --prune --quiet',
      jobs: [
        { variables: { GIT_FETCH_EXTRA_FLAGS: '--no-tags --quiet' }, script: ['git tag; ls'] },
      ],
    },
    {
      title: 'GIT_CLONE_PATH within the builds folder',
      config: '[runners.custom_build_dir]\n    enabled = true',
      jobs: [
        {
          variables: { GIT_CLONE_PATH: '$CI_BUILDS_DIR/elsewhere/$CI_PROJECT_NAME' },
          script: ['pwd', 'ls'],
        },
      ],
    },
    {
      title: 'GIT_CLONE_PATH outside of it fails the job',
      config: '[runners.custom_build_dir]\n    enabled = true',
      jobs: [{ variables: { GIT_CLONE_PATH: '/tmp/elsewhere' }, script: ['pwd'] }],
      differs: {
        in: ['result'],
        why: 'Newer versions, and this, call it a `runner_configuration_error`; before it is a `script_failure`.',
      },
    },
    {
      title: 'submodules are left out by default',
      jobs: [{ ref: 'modules', script: ['ls -A shed'] }],
    },
    {
      title: 'GIT_SUBMODULE_STRATEGY=normal',
      jobs: [
        {
          ref: 'modules',
          variables: { GIT_SUBMODULE_STRATEGY: 'normal' },
          script: ['cat shed/tools.txt', 'git submodule status'],
        },
      ],
      differs: { in: ['log'], why: SUBMODULES },
    },
    {
      title: 'GIT_SUBMODULE_STRATEGY=recursive',
      jobs: [
        {
          ref: 'modules',
          variables: { GIT_SUBMODULE_STRATEGY: 'recursive' },
          script: ['cat shed/tools.txt'],
        },
      ],
      differs: { in: ['log'], why: SUBMODULES },
    },
    {
      title: 'a commit that is not there',
      jobs: [
        {
          payload: { git_info: { sha: '1234567890123456789012345678901234567890' } },
          script: ['echo never'],
        },
      ],
      differs: { in: ['result', 'log'], why: OWN_EXIT_CODE },
    },
    {
      title: 'GET_SOURCES_ATTEMPTS tries again',
      jobs: [
        {
          payload: { git_info: { refspecs: ['+refs/heads/none:refs/remotes/origin/none'] } },
          variables: { GET_SOURCES_ATTEMPTS: '2' },
          script: ['echo never'],
        },
      ],
      differs: {
        in: ['result', 'log'],
        why: `The worktree is cleared only where it may be the trouble, and the log says why it is tried again. ${OWN_EXIT_CODE}`,
      },
    },
    {
      title: 'what a job did to its clone does not stop the next one',
      jobs: [
        {
          script: [
            'touch .git/index.lock .git/shallow.lock .git/HEAD.lock .git/hooks/post-checkout',
            'chmod +x .git/hooks/post-checkout; echo "exit 1" >.git/hooks/post-checkout',
          ],
        },
        { script: [LOOK] },
      ],
    },
    {
      title: 'pre_get_sources_script of the job',
      jobs: [{ hooks: { pre_get_sources_script: ['echo "before the sources"'] }, script: ['ls'] }],
    },
    {
      title: 'scripts of the configuration around the build',
      config:
        'pre_build_script = "echo before the build"\n  post_build_script = "echo after the build"',
      jobs: [{ script: ['echo script'], after_script: ['echo after'] }],
    },
    {
      title: 'pre_get_sources_script of the configuration',
      config: 'pre_get_sources_script = "echo before the sources"',
      jobs: [{ script: ['echo script'] }],
    },
  ],
};
