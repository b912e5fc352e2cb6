/**
 * What fellrunner's own tests share, and nothing that runs in production: builders with meaning
 * (`a-log.ts`, `a-payload.ts`), the logs of every kind of job (`recorded-logs.ts`), a clock that
 * tests move, an event log in memory, and the contract that every event log keeps.
 *
 * @packageDocumentation
 */
export {
  afterScript,
  aLog,
  fact,
  RECEIVED_AT,
  received,
  script,
  stamped,
  type Fact,
  type ReceivedWishes,
} from './a-log.ts';
export { aJob, aPayload, type PayloadWishes, type WireVariableWishes } from './a-payload.ts';
export { eventLogContract, type LogUnderTest } from './event-log-contract.ts';
export { MemoryEventLog } from './memory-event-log.ts';
export { recordedLogs, type RecordedLog } from './recorded-logs.ts';
export { VirtualClock } from './virtual-clock.ts';
export { frozenEvents, frozenFailures } from './frozen-words.ts';
