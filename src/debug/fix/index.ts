export { findFixes } from './find-fixes.ts';
export { planFixes } from './plan-fixes.ts';
export type * from './types.ts';
