export type * from './types.ts';
export type { Universe } from './universe.ts';
