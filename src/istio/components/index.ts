export type * from './surroundings.ts';
export * from './types.ts';
