/** The same as in a thread, in a process of its own. */
import uploads from './uploads.ts';

export default { ...uploads, isolation: 'process' };
