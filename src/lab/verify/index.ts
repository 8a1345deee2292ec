export type { CellChoice } from './cells.ts';
export { isProxyAnswer } from './proxy-answer.ts';
export type { Observation, Verification, VerifiedCell } from './types.ts';
export { type VerifyOptions, type VerifyWorld, verify } from './verify.ts';
