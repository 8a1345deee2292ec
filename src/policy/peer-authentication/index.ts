export {
  attachedPeerAuthentications,
  composeModes,
  type EffectiveMode,
  effectiveMode,
  type ModeDecision,
  namespaceMode,
  type PeerAuthentications,
  type PeerWorkload,
} from './mode.ts';
export {
  convertPeerAuthentication,
  workloadPoliciesInForce,
  workloadPoliciesSent,
  workloadPolicyKeysListed,
} from './workload-policies.ts';
