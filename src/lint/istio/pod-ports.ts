import type { ClusterPod } from '../../cluster/index.ts';
import { targetOf } from './sites.ts';

/** TCP ports that a pod is known to listen on: those its containers declare and those that Services lead to. */
export function portsKnown(pod: ClusterPod): ReadonlySet<number> {
  const declared = pod.ports.filter(({ protocol }) => protocol === 'TCP').map((port) => port.containerPort);
  const targets = pod.services.flatMap(({ spec }) => spec.ports.map((port) => targetOf(pod, port)));
  return new Set([...declared, ...targets.filter((port) => port !== undefined)]);
}

/** Ports of a pod that Services lead to by the port `asked` of their own. */
export function servicePortsLeadingTo(pod: ClusterPod, asked: number): readonly number[] {
  return pod.services.flatMap(({ spec }) =>
    spec.ports
      .filter(({ port, protocol }) => port === asked && protocol === 'TCP')
      .map((port) => targetOf(pod, port))
      .filter((port) => port !== undefined),
  );
}
