export type * from './doubt-types.ts';
export { type Ledger, openLedger } from './ledger.ts';
export { type Pairing, pairDenials } from './pair-denials.ts';
export { proxyRole, streamOfLine } from './stream-of-line.ts';
export type * from './types.ts';
