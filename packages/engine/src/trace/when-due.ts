import type { Clock } from '@fellrunner/core';
// The parts by themselves: all of RxJS takes 30 ms of the command's start to load.
import { Observable } from 'rxjs/internal/Observable';
import { map } from 'rxjs/internal/operators/map';
import { switchMap } from 'rxjs/internal/operators/switchMap';
import type { OperatorFunction } from 'rxjs/internal/types';

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
