export type * from './requests/index.ts';
export type * from './types.ts';
