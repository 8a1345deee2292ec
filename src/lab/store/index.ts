export {
  badRequest,
  forbidden,
  noSuchResource,
  notFound,
  qualifiedResource,
} from './errors.ts';
export { timestamp } from './metadata.ts';
export type * from './objects.ts';
export { type EventNote, recordEvent } from './record-event.ts';
export { resourceTable } from './resources.ts';
export { StatusError } from './status-error.ts';
export { createStore, type StoreOptions } from './store.ts';
export type * from './types.ts';
export { sameValue } from './values.ts';
