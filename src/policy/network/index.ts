export { judgeNetworkPolicies, type NetworkJudgement, selectNetworkPolicies } from './judge.ts';
