import type { Theme } from '../scenario.ts';

const artifacts = { paths: ['out/'] };
const make = (text: string): readonly string[] => [
  `mkdir -p out && echo ${text} >out/${text} && echo ${text} >out/same`,
];

export const dependencies: Theme = {
  name: 'Dependencies',
  scenarios: [
    {
      title: 'artifacts of earlier stages are there, with modes and links',
      jobs: [
        {
          name: 'make',
          artifacts,
          script: ['mkdir out && echo x >out/x && chmod 750 out/x && ln -s x out/l'],
        },
        { name: 'use', stage_idx: 1, script: ['cat out/l', 'stat -c "%a %F" out/x out/l'] },
      ],
    },
    {
      title: 'of two with one file the later counts',
      jobs: [
        { name: 'one', artifacts, script: make('one') },
        { name: 'two', artifacts, script: make('two') },
        { name: 'use', stage_idx: 1, needs: [0, 1], script: ['ls out', 'cat out/same'] },
        { name: 'turned', stage_idx: 1, needs: [1, 0], script: ['ls out', 'cat out/same'] },
      ],
    },
    {
      title: 'no dependencies wanted',
      jobs: [
        { name: 'make', artifacts, script: make('one') },
        { name: 'use', stage_idx: 1, needs: [], script: ['ls'] },
      ],
    },
    {
      title: 'a dependency without artifacts',
      jobs: [
        { name: 'make', script: ['true'] },
        { name: 'use', stage_idx: 1, needs: [0], script: ['ls'] },
      ],
    },
    {
      title: 'a file of the repository is overwritten',
      jobs: [
        { name: 'make', artifacts: { paths: ['README.md'] }, script: ['echo new >README.md'] },
        { name: 'use', stage_idx: 1, needs: [0], script: ['cat README.md'] },
      ],
    },
    {
      title: 'an archive that is not there any more fails the job',
      jobs: [
        {
          payload: {
            dependencies: [
              {
                id: 999_999,
                name: 'gone',
                token: 'glcbt-gone',
                artifacts_file: { filename: 'artifacts.zip', size: 1 },
              },
            ],
          },
          script: ['echo never'],
        },
      ],
      differs: {
        in: ['log'],
        why: 'The error says which artifact it is, and what GitLab answered.',
      },
    },
  ],
};
