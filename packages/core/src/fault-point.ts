/**
 * Where the process can be made to end, as by `kill -9`, for the tests of what happens then:
 * `FELLRUNNER_FAULT_POINT=NAME` ends it when the point of that name is reached, `NAME#3` when it
 * is reached for the third time. A thread has a count of its own.
 */
const [wanted, count] = (process.env['FELLRUNNER_FAULT_POINT'] ?? '').split('#');
let left = Number(count ?? 1);

/** Ends the process here if it was started to end here; else it does nothing. */
export function faultPoint(name: string): void {
  if (name !== wanted) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal ends the process, but not before this thread could go on for a moment.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
