import type { Dialect } from '../types.ts';
import { antrea } from './antrea.ts';
import { antreaL7 } from './antrea-l7.ts';
import { awsNetworkPolicy } from './aws-network-policy.ts';
import { calicoEbpf } from './calico-ebpf.ts';
import { calicoFlow } from './calico-flow.ts';
import { calicoPacket } from './calico-packet.ts';
import { ciliumMonitor } from './cilium-monitor.ts';
import { envoyAccess } from './envoy-access.ts';
import { envoyAccessJson } from './envoy-access-json.ts';
import { envoyLocalReply } from './envoy-local-reply.ts';
import { envoyRbac } from './envoy-rbac.ts';
import { gkePolicy } from './gke-policy.ts';
import { hubbleCompact } from './hubble-compact.ts';
import { hubbleJson } from './hubble-json.ts';
import { kubeNetworkPolicies } from './kube-network-policies.ts';
import { kubeRouter } from './kube-router.ts';
import { ovnAcl } from './ovn-acl.ts';
import { weaveNpc } from './weave-npc.ts';
import { ztunnel } from './ztunnel.ts';
import { ztunnelJson } from './ztunnel-json.ts';

/** Every way of writing decisions down that is understood. A new one needs its file and its line here. */
export const dialects: readonly Dialect[] = [
  envoyRbac,
  envoyLocalReply,
  envoyAccess,
  envoyAccessJson,
  ztunnel,
  ztunnelJson,
  hubbleJson,
  calicoEbpf,
  calicoPacket,
  gkePolicy,
  awsNetworkPolicy,
  weaveNpc,
  ovnAcl,
  hubbleCompact,
  ciliumMonitor,
  antrea,
  kubeRouter,
  kubeNetworkPolicies,
  calicoFlow,
  antreaL7,
];
