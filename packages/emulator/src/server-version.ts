/** The GitLab that the emulator says it is. */
export const serverVersion = {
  version: '19.4.0',
  major: '19',
  minor: '4',
  patch: '0',
  revision: 'd79f3e7b8',
};
