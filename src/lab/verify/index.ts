export type { CellChoice } from './cells.ts';
export { isProxyAnswer } from './proxy-answer.ts';
export type { ConditionCount, Observation, ProbeRequest, Verification, VerifiedCell } from './types.ts';
export { type VerifyOptions, type VerifyWorld, verify } from './verify.ts';
