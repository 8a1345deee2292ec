export { type AdminJudgement, type AdminOutcome, judgeAdminTier } from './judge.ts';
export { matchPeer, matchPort, matchSubject } from './match.ts';
export { type Action, type Rule, rulesOf } from './rules.ts';
export { policiesOfTier, type Tier } from './tiers.ts';
