export type * from './doubt-types.ts';
export { type ExpectedDenials, expectedDenials } from './expected-denials.ts';
export { explainSymptom } from './explain-symptom.ts';
export { type Ledger, openLedger } from './ledger.ts';
export { type Pairing, pairDenials } from './pair-denials.ts';
export { requestsToFix } from './requests-to-fix.ts';
export { proxyRole, streamOfLine } from './stream-of-line.ts';
export type * from './symptom-types.ts';
export type * from './types.ts';
