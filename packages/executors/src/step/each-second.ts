const looks = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls back each second until the result is called. All share one timer: a thousand steps that
 * wait would else wake the thread a thousand times a second.
 */
export function eachSecond(look: () => void): () => void {
  looks.add(look);
  timer ??= setInterval(() => looks.forEach((each) => each()), 1_000);
  return () => {
    looks.delete(look);
    if (looks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
