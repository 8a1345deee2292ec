import type {
  KnownLabels,
  Labels,
  NetworkPolicy,
  Origin,
  PacketEnd,
  PodView,
} from '../../src/model/index.ts';

const origin: Origin = {
  source: { name: 'sample', text: '' },
  start: 0,
  end: 0,
  locate: () => ({ source: { name: 'sample', text: '' }, start: 0, end: 0 }),
};

/** A policy for tests: of namespace `shop` unless `namespace` says otherwise. */
export function samplePolicy(
  name: string,
  spec: Partial<NetworkPolicy['spec']>,
  namespace = 'shop',
): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: {}, annotations: {} },
    origin,
    spec: { podSelector: {}, ...spec },
  };
}

/** A pod as an end of a packet, for tests. */
export function samplePod(
  namespace: string,
  name: string,
  labels: Labels,
  given: {
    readonly address?: PacketEnd['address'];
    readonly namespaceLabels?: KnownLabels;
    readonly ports?: PodView['ports'];
  } = {},
): PacketEnd & { readonly pod: PodView } {
  const { address = '10.0.0.1', namespaceLabels = { labels: {}, complete: true }, ports = [] } = given;
  return { pod: { namespace, name, labels, namespaceLabels, ports }, address, label: `${namespace}/${name}` };
}

/** An end that is no pod, for tests. */
export function sampleAddress(address: string): PacketEnd {
  return { pod: undefined, address, label: address };
}
