import { ANSI, noticeLine } from '../log/log-text.ts';
import { quote } from './quote.ts';

export interface UserCommands {
  readonly commands: readonly string[];
  /** What the sections of multi-line commands are named after. */
  readonly prefix: string;
  /** `FF_SCRIPT_SECTIONS`, where the server understands sections. */
  readonly hasSections: boolean;
  /** `FF_ENABLE_BASH_EXIT_CODE_CHECK`. */
  readonly checksExitCodes: boolean;
  readonly isBash: boolean;
}

const CHECK =
  '_runner_exit_code=$?; if [ $_runner_exit_code -ne 0 ]; then exit $_runner_exit_code; fi';

/** The user's commands, each after a line that shows it, as gitlab-runner shows it. */
export function writeUserCommands(options: UserCommands): string {
  return options.commands
    .map((command, index) => {
      const text = command.trim();
      const check = options.checksExitCodes ? `${CHECK}\n` : '';
      return `${announce(text, index, options)}${text}\n${check}`;
    })
    .join('');
}

function announce(text: string, index: number, options: UserCommands): string {
  if (text === '') return print('\n');
  const [firstLine = ''] = text.split('\n');
  if (firstLine === text) return print(noticeLine(`$ ${text}`));
  if (!options.hasSections) {
    return print(noticeLine(`$ ${firstLine} # collapsed multi-line command`));
  }
  const section = `section_${options.prefix}_${index}`;
  const start = printSection('start', `${section}[hide_duration=true,collapsed=true]`, options);
  return `${start}${print(noticeLine(`$ ${text}`))}${printSection('end', section, options)}`;
}

/** The time is the script's, so it is asked for there: a builtin in bash, a program elsewhere. */
function printSection(edge: 'start' | 'end', section: string, { isBash }: UserCommands): string {
  const rest = quote(`:${section}\r${ANSI.clear}`);
  return isBash
    ? `printf 'section_${edge}:%(%s)T%s' -1 ${rest}\n`
    : `printf 'section_${edge}:%s%s' "$(date +%s)" ${rest}\n`;
}

/** `printf` takes the text as it is; `echo` may not, depending on how the shell was built. */
export function print(text: string): string {
  return `printf %s ${quote(text)}\n`;
}
