export type * from './objects.ts';
export { type EventNote, recordEvent } from './record-event.ts';
export { StatusError } from './status-error.ts';
export type * from './types.ts';
