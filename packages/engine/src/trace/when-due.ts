import type { Clock } from '@fellrunner/core';
import { map, Observable, switchMap, type OperatorFunction } from 'rxjs';

/**
 * Passes on that something is to be done, at the time when it is due. `dueAt` is asked at each
 * input anew, so what grows can become due sooner; an earlier appointment is dropped.
 */
export function whenDue(clock: Clock, dueAt: () => number): OperatorFunction<void, void> {
  return (source) => source.pipe(switchMap(() => at(clock, dueAt())));
}

function at(clock: Clock, time: number): Observable<void> {
  return new Observable<number>((subscriber) => {
    const cancel = clock.callAt(time, () => {
      subscriber.next(time);
      subscriber.complete();
    });
    return cancel;
  }).pipe(map(() => undefined));
}
