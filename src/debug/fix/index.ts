export { findFixes } from './find-fixes.ts';
export type * from './types.ts';
