export { defaultPlan, networkHabits } from './plan.ts';
export { startNetwork } from './start.ts';
export type * from './types.ts';
