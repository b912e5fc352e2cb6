import type { Theme } from '../scenario.ts';

const make =
  'mkdir -p out/deep/er && echo 1 >out/a.txt && echo 2 >out/b.log && echo 3 >out/deep/c.txt && echo 4 >out/deep/er/d.txt && echo 5 >out/.hidden';

export const artifacts: Theme = {
  name: 'Artifacts',
  scenarios: [
    {
      title: 'a folder with all in it',
      jobs: [{ artifacts: { paths: ['out/'] }, script: [make] }],
    },
    { title: 'a single file', jobs: [{ artifacts: { paths: ['out/a.txt'] }, script: [make] }] },
    {
      title: '`*` stays in its folder',
      jobs: [{ artifacts: { paths: ['out/*.txt'] }, script: [make] }],
    },
    { title: '`**` goes down', jobs: [{ artifacts: { paths: ['out/**/*.txt'] }, script: [make] }] },
    {
      title: 'braces, sets and question marks',
      jobs: [{ artifacts: { paths: ['out/{a,b}.*', 'out/deep/[a-d].tx?'] }, script: [make] }],
    },
    {
      title: 'exclude',
      jobs: [{ artifacts: { paths: ['out/'], exclude: ['out/**/*.txt'] }, script: [make] }],
    },
    {
      title: 'untracked files',
      jobs: [{ artifacts: { untracked: true }, script: [make, 'echo x >>README.md'] }],
    },
    {
      title: 'a name with variables',
      jobs: [
        {
          artifacts: { name: '$CI_JOB_NAME-$CI_COMMIT_REF_NAME', paths: ['out/a.txt'] },
          script: [make],
        },
      ],
    },
    {
      title: 'paths with variables',
      jobs: [
        {
          variables: { WHERE: 'out' },
          artifacts: { paths: ['$WHERE/a.txt', '${WHERE}/b.log'] },
          script: [make],
        },
      ],
    },
    {
      title: 'when on_failure, of a job that fails',
      jobs: [{ artifacts: { paths: ['out/a.txt'], when: 'on_failure' }, script: [make, 'exit 2'] }],
    },
    {
      title: 'when on_failure, of a job that succeeds',
      jobs: [{ artifacts: { paths: ['out/a.txt'], when: 'on_failure' }, script: [make] }],
    },
    {
      title: 'when always, of a job that fails',
      jobs: [{ artifacts: { paths: ['out/a.txt'], when: 'always' }, script: [make, 'exit 2'] }],
    },
    {
      title: 'by default a failed job uploads nothing',
      jobs: [{ artifacts: { paths: ['out/a.txt'] }, script: [make, 'exit 2'] }],
    },
    {
      title: 'a path that is not there is a warning',
      jobs: [{ artifacts: { paths: ['out/a.txt', 'nowhere'] }, script: [make] }],
    },
    {
      title: 'nothing there at all is an error in the log, and a success',
      jobs: [{ artifacts: { paths: ['nowhere'] }, script: ['true'] }],
    },
    {
      title: 'an empty file and an empty folder',
      jobs: [{ artifacts: { paths: ['e/', 'f'] }, script: ['mkdir e && touch f'] }],
    },
    {
      title: 'modes',
      jobs: [
        {
          artifacts: { paths: ['m/'] },
          script: ['mkdir m && cd m && touch a b c && chmod 755 a && chmod 600 b && chmod 444 c'],
        },
      ],
    },
    {
      title: 'links, within and to nowhere',
      jobs: [
        {
          artifacts: { paths: ['l/'] },
          script: ['mkdir l && echo x >l/a && ln -s a l/b && ln -s /nowhere l/c && ln -s . l/d'],
        },
      ],
    },
    {
      title: 'odd names',
      jobs: [
        {
          artifacts: { paths: ['o/'] },
          script: [`mkdir o && touch 'o/a b' "o/it's" 'o/ü' 'o/[x]' 'o/-n' 'o/#' 'o/a\\b'`],
        },
      ],
    },
    {
      title: 'hidden files by `**`',
      jobs: [{ artifacts: { paths: ['**/.hidden'] }, script: [make] }],
    },
    {
      title: 'paths outside of the project are refused',
      jobs: [
        {
          artifacts: { paths: ['../x', '/etc/hostname', 'out/a.txt'] },
          script: [make, 'echo x >../x'],
        },
      ],
    },
    {
      title: 'ARTIFACT_COMPRESSION_LEVEL',
      jobs: [
        {
          variables: { ARTIFACT_COMPRESSION_LEVEL: 'fastest' },
          artifacts: { paths: ['out/'] },
          script: [make],
        },
      ],
    },
    {
      title: 'a report of JUnit',
      jobs: [
        {
          artifacts: [{ paths: ['junit.xml'], artifact_type: 'junit' }],
          script: ['echo "<testsuites/>" >junit.xml'],
        },
      ],
    },
    {
      title: 'a report of several files',
      jobs: [
        {
          artifacts: [{ paths: ['r/*.xml'], artifact_type: 'junit' }],
          script: ['mkdir r && echo "<a/>" >r/a.xml && echo "<b/>" >r/b.xml'],
        },
      ],
    },
    {
      title: 'an archive and two reports',
      jobs: [
        {
          artifacts: [
            { paths: ['out/'] },
            { paths: ['junit.xml'], artifact_type: 'junit' },
            { paths: ['build.env'], artifact_type: 'dotenv' },
          ],
          script: [make, 'echo "<testsuites/>" >junit.xml; echo "VERSION=1.2" >build.env'],
        },
        { stage_idx: 1, script: ['echo "version ${VERSION-unset}"'] },
      ],
    },
    {
      title: 'a report that is not there',
      jobs: [{ artifacts: [{ paths: ['junit.xml'], artifact_type: 'junit' }], script: ['true'] }],
    },
    {
      title: 'a raw report',
      jobs: [
        {
          artifacts: [{ paths: ['gl-sast-report.json'], artifact_type: 'sast' }],
          script: ["echo '{}' >gl-sast-report.json"],
        },
      ],
    },
    {
      title: 'a dotenv report that GitLab refuses',
      jobs: [
        {
          artifacts: [{ paths: ['build.env'], artifact_type: 'dotenv' }],
          script: ['echo "no pair" >build.env'],
        },
      ],
      differs: {
        in: ['result', 'log'],
        why: "gitlab-runner tries a refused upload three times and calls it the script's failure; here a refusal is final, shown with GitLab's words, and a `runner_system_failure`.",
      },
    },
  ],
};
