import { dialects } from './dialects/index.ts';

export { type LogReading, readLog, startReading } from './read-log.ts';
export type { LogEnd, LogFields, LogPolicy, LogRecord, LogTally } from './types.ts';
export {
  type UpstreamFailure,
  type UpstreamFailures,
  type UpstreamWatch,
  watchUpstream,
} from './upstream-failures.ts';

/** Names of everything that is understood, as records have them. */
export const dialectNames: readonly string[] = dialects.map(({ name }) => name);
