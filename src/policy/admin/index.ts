export { type AdminJudgement, type AdminOutcome, judgeAdminTier } from './judge.ts';
