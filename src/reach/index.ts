export type { Behaviour, Stream } from './behaviours.ts';
export { type EndSet, eachIn } from './end-set.ts';
export type { EndClass } from './ends.ts';
export { type ExposureItem, type ExposureMap, type ExposurePeer, mapExposure } from './exposure.ts';
export { type MapOptions, mapReach, updateReach } from './map.ts';
export { type NamespaceShape, type PeerShape, widerShape } from './peer-shape.ts';
export * from './requests/index.ts';
export { type MapRows, rowsOf } from './rows.ts';
export type * from './types.ts';
