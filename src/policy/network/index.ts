export { judgeNetworkPolicies, type NetworkJudgement, selectNetworkPolicies } from './judge.ts';
export { matchPeer, matchPort } from './match.ts';
export { type Peer, type Port, type Rule, rulesOf } from './rules.ts';
