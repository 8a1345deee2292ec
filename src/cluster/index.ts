export { compareAge } from './age.ts';
export type * from './cluster.ts';
