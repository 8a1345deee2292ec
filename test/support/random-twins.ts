import type { Document, Random } from './random-cluster.ts';

/** Pods that are another one again but for a single thing: whatever tells them apart has to be seen. */
export function twinsOf(documents: readonly Document[], random: Random): Document[] {
  const { chance, below, pick } = random;
  const pods = documents.filter(({ kind }) => kind === 'Pod') as unknown as readonly Pod[];
  const found: Document[] = [];
  for (let i = pods.length === 0 ? 0 : below(4); i > 0; i--) {
    const like = pick(pods);
    const name = `${like.metadata.name}-twin-${i}`;
    const pod = { ...like, metadata: { ...like.metadata, name } };
    const own = chance(0.5) ? withAddress(pod, random, i) : pod;
    found.push(pick(changes)(own, random));
  }
  return found;
}

interface Pod {
  readonly [field: string]: unknown;
  readonly metadata: { readonly name: string; readonly labels: Labels; readonly annotations?: Labels };
  readonly spec: Document & { readonly hostNetwork?: boolean };
  readonly status: Document;
}

type Labels = Readonly<Record<string, string>>;
type Change = (pod: Pod, random: Random, at?: number) => Pod;

/** An address of its own, near that of the other. */
const withAddress: Change = (pod, { pick }, at = 9) => {
  const host = pod.spec.hostNetwork === true;
  const v4 = host
    ? `172.16.0.${at}`
    : pick([`10.0.0.${20 + at}`, `10.0.0.${96 + at}`, `10.1.0.${at}`, `10.9.0.${at}`]);
  const ips = pick([[v4], [v4], [v4, `fd00::e${at}`], [`fd00::e${at}`]]);
  return { ...pod, status: { ...pod.status, podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) } };
};

const withLabel: Change = (pod, { pick }) => {
  const { labels } = pod.metadata;
  const changed = pick<Labels>([
    { app: 'x' },
    { app: 'other' },
    { tier: 'z' },
    { 'sidecar.istio.io/inject': 'true' },
    { 'sidecar.istio.io/inject': 'false' },
    { 'istio.io/dataplane-mode': 'ambient' },
    { 'istio.io/dataplane-mode': 'none' },
    { 'istio.io/rev': 'canary' },
    { 'istio.io/use-waypoint': 'wp' },
    { 'gateway.networking.k8s.io/gateway-name': 'gw' },
  ]);
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...changed } } };
};

const withAnnotation: Change = (pod, { pick }) => {
  const annotations = pick<Labels>([
    { 'traffic.sidecar.istio.io/excludeOutboundPorts': '7777' },
    { 'traffic.sidecar.istio.io/includeOutboundIPRanges': '10.0.0.0/27' },
    { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.96/27' },
    { 'traffic.sidecar.istio.io/excludeInboundPorts': '80' },
    { 'sidecar.istio.io/status': '{}' },
    { 'inject.istio.io/templates': 'gateway' },
    { 'sidecar.istio.io/inject': 'false' },
    { 'ambient.istio.io/redirection': 'enabled' },
  ]);
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } },
  };
};

const withAccount: Change = (pod, { pick }) => ({
  ...pod,
  spec: { ...pod.spec, serviceAccountName: pick(['s', 't', 'u']) },
});

const onNode: Change = (pod, { pick }) => ({
  ...pod,
  spec: { ...pod.spec, nodeName: pick(['n1', 'n2']) },
});

const ofNamespace: Change = (pod, { pick }) => ({
  ...pod,
  metadata: { ...pod.metadata, namespace: pick(['a', 'b']) },
});

const withoutAddress: Change = (pod) => ({ ...pod, status: { phase: 'Running' } });

const unchanged: Change = (pod) => pod;

const changes: readonly Change[] = [
  withAddress,
  withAddress,
  withLabel,
  withLabel,
  withAnnotation,
  withAccount,
  onNode,
  ofNamespace,
  withoutAddress,
  unchanged,
];
