// Simulates a board's console: a line comes in, and is answered by lines up to `OK` or `ERROR code`.
// It stands where a lab has `console ares` or `picocom /dev/ttyUSB0`.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [board = 'board'] = process.argv.slice(2);

async function* answer(line: string): AsyncGenerator<string> {
  const [command, argument = ''] = line.split(' ');
  switch (command) {
    case 'flash':
      for (const percent of [0, 50, 100]) {
        yield `${board} <- ${argument} ${percent} %`;
        await sleep(100);
      }
      return yield 'OK';
    case 'selftest':
      yield 'memory ok, radio ok';
      return yield 'OK';
    case 'temperature':
      yield '41.5';
      return yield 'OK';
    case 'burn':
      yield 'thermal shutdown';
      return yield 'ERROR 17';
    case 'hang':
      yield 'no answer will come';
      return;
    default:
      return yield 'ERROR 1';
  }
}

for await (const line of createInterface(process.stdin)) {
  for await (const text of answer(line)) console.log(text);
}
