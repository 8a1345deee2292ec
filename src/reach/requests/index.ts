export { allRequests, differenceOf, intersectionOf, noRequests, unionOf } from './algebra.ts';
export { showsConnection } from './connection-headers.ts';
export { contains } from './contains.ts';
export { describeSet, type FieldClause, type RequestClause } from './describe.ts';
export { setKey } from './keys.ts';
export { simplify } from './simplify.ts';
export type * from './types.ts';
export type { Universe, UniverseConnection } from './universe.ts';
export { findWitness, isEmpty } from './witness.ts';
