/** Prints one line; many jobs in a thread. */
import prints from './prints.ts';

export default { ...prints, isolation: 'shared' };
