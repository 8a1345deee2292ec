export { type MapOptions, mapReach } from './map.ts';
export * from './requests/index.ts';
export type * from './types.ts';
