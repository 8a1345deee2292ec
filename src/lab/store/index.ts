export type * from './objects.ts';
export { StatusError } from './status-error.ts';
export type * from './types.ts';
