export { checkComponents, outcomeOfCheck } from './check.ts';
export { flows } from './flows.ts';
export { repairObject } from './policy-text.ts';
export { type CheckInput, type Scene, setScene } from './scene.ts';
export type * from './types.ts';
