import type { LabNetwork } from '../../network/index.ts';
import type { ContainerContext, Program } from '../../node/index.ts';
import { builtIn } from '../kit/running.ts';
import { dropLines, type NodeAgent } from './drop-lines.ts';
import { klogLine } from './klog-line.ts';

/** The node agent of the lab: it enforces nothing (the lab's network does), it tells what was dropped, in a product's own form. */
export function agentProgram(agent: NodeAgent, network: Pick<LabNetwork, 'onDrop' | 'plan'>): Program {
  return async ({ log }: ContainerContext) => {
    for (const line of startLines[agent](network.plan.nodeName)) log(line, 'stderr');
    const { nodeName } = network.plan;
    const stop = network.onDrop((drop) => {
      for (const line of dropLines(agent, drop, nodeName)) log(line);
    });
    return builtIn(stop);
  };
}

const startLines: Readonly<Record<NodeAgent, (node: string) => readonly string[]>> = {
  'kube-router': (node) => [
    klogLine(`Running the lab's stand-in for kube-router on node ${node}`, 'version.go:66'),
    klogLine('Starting network policy controller', 'network_policy_controller.go:168'),
    klogLine('Dropped packets are logged to NFLOG group 100', 'network_policy_controller.go:171'),
  ],
  calico: (node) => [
    calicoLine(`Running the lab's stand-in for calico-node on node ${node}`, 'startup/startup.go 432'),
    calicoLine('Felix starting up', 'felix/daemon.go 373'),
    calicoLine('Packets of LOG rules have the prefix calico-packet', 'felix/int_dataplane.go 380'),
  ],
};

/** `2026-11-03 16:23:17.123 [INFO][9] felix/daemon.go 373: text`. */
function calicoLine(text: string, where: string): string {
  const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
  return `${time} [INFO][9] ${where}: ${text}`;
}
