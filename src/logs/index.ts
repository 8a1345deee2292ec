export { type LogReading, readLog, startReading } from './read-log.ts';
export type { LogEnd, LogFields, LogPolicy, LogRecord, LogTally } from './types.ts';
