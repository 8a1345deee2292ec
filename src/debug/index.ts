export type * from './doubt-types.ts';
export { type Ledger, openLedger } from './ledger.ts';
export { streamOfLine } from './stream-of-line.ts';
export type * from './types.ts';
