import type { ShellConfig } from '../shell/shell-config.ts';
import { asUser } from '../shell/shell-user.ts';

/** The file descriptor on which a shell finds its script. */
const SCRIPT_FD = 3;

/**
 * Reads the script whole before its first line runs, so that nothing that the job does to its
 * files changes it, and gives it no name: bash then calls itself `bash` in its messages.
 */
const READ_SCRIPT = `IFS= read -r -d '' fellrunner_script <&${SCRIPT_FD}; exec ${SCRIPT_FD}<&-; eval "$fellrunner_script"`;

/** Other shells cannot read up to a NUL, so the script is a file to them. */
const SOURCE_SCRIPT = `. /dev/fd/${SCRIPT_FD}`;

/** The command line of the login shell, which finds its script as file descriptor 3. */
export function shellCommand({ shell, user }: ShellConfig): readonly string[] {
  const command = shell.isBash
    ? [shell.path, '--login', '-c', READ_SCRIPT, shell.name]
    : [shell.path, '-l', '-c', SOURCE_SCRIPT, shell.name];
  return user === undefined ? command : asUser(user, command);
}
