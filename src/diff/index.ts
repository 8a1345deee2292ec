export { type Contact, type Contacts, contactsOf } from './contacts.ts';
export { diffMaps } from './diff-maps.ts';
export type { MatchedEnd } from './match-ends.ts';
export { objectsIn } from './reasons.ts';
export type * from './types.ts';
