import type { LabOptions } from '../launch/index.ts';
import type { LabNetwork, NetworkPlan } from '../network/index.ts';
import type { ImageTable } from '../node/index.ts';
import {
  agentProgram,
  agentRepository,
  dnsProgram,
  dnsRepository,
  imageTable,
  type NodeAgent,
  proxyRepository,
} from '../programs/index.ts';
import { type CertificateAuthority, proxyProgram, type RunningProxy } from '../proxy/index.ts';
import { recordEvent, type Store } from '../store/index.ts';
import type { View } from '../view/index.ts';
import { proxyKind } from './proxy-kind.ts';

/** The parts of a lab that its own programs work with. */
interface Parts {
  readonly store: Store;
  readonly network: LabNetwork;
  readonly authority: CertificateAuthority;
  readonly view: View;
  readonly plan: NetworkPlan;
  /** Kept up to date with the sidecars at work. */
  readonly sidecars: Set<RunningProxy>;
}

const agents: readonly NodeAgent[] = ['kube-router', 'calico'];

/** What runs for which image: the table, the lab's own programs, and what the user says. */
export function labImages(options: LabOptions, parts: Parts): ImageTable {
  const { store, network, authority, view, plan, sidecars } = parts;
  const outside = new Map(Object.entries(options.resolve ?? {}));
  return imageTable({
    entries: options.images,
    remark: ({ pod }, message) =>
      recordEvent(store, pod, { type: 'Normal', reason: 'StandIn', message, component: 'kubelet' }),
    programs: {
      [proxyRepository]: proxyProgram(proxyKind(options.proxy), { authority, view, running: sidecars }),
      [dnsRepository]: dnsProgram({ store, dnsAddress: plan.dnsAddress, outside }),
      ...Object.fromEntries(agents.map((agent) => [agentRepository[agent], agentProgram(agent, network)])),
    },
  });
}
