export type { Desk, Found, Question } from './desk.ts';
export { decodeTestFile, type TestFileResult } from './read-test-file.ts';
export * from './results.ts';
export { type RunOptions, runTests } from './run-tests.ts';
export type * from './types.ts';
