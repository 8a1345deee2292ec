import type { Document, Random } from './random-cluster.ts';
import { type PolicyWorld, randomPolicies } from './random-policies.ts';

const accounts = ['s', 't', 'default'];

/** The documents of a small mesh that is there for its policies: pods that can be reached by Services of their own, with every field of Istio's policies about them. */
export function policyCluster(random: Random): Document[] {
  const { pick, chance, below } = random;
  const injected = { 'istio-injection': 'enabled' };
  const namespaces = [
    namespace('a', injected),
    namespace('b', chance(0.85) ? injected : {}),
    namespace('istio-system', chance(0.3) ? injected : {}),
  ];
  const made = Array.from({ length: 3 + below(2) }, (_, i) => pod(random, i));
  const pods = made.map(({ document }) => document);
  const services = made.map(({ service }) => service);
  const world: PolicyWorld = {
    namespaces: ['a', 'b', 'istio-system'],
    pods: made.map(({ key }) => key),
    services: made.map(({ host, port }) => ({ host, port })),
    accounts,
    identities: made.map(({ identity }) => identity),
  };
  const rules = chance(0.15) ? [destinationRule(random)] : [];
  const policies = randomPolicies(random, world);
  return [
    ...namespaces,
    ...pods,
    ...services,
    ...rules,
    ...policies,
    ...(pick([0, 0, 0, 1]) ? [closed(random)] : []),
  ];
}

function namespace(name: string, labels: Document): Document {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

interface MadePod {
  readonly key: string;
  /** `ns/NAMESPACE/sa/ACCOUNT`. */
  readonly identity: string;
  readonly host: string;
  readonly port: number;
  readonly document: Document;
  readonly service: Document;
}

function pod({ pick, chance }: Random, i: number): MadePod {
  const place = i === 0 ? 'a' : pick(['a', 'b', 'b', 'a', 'a', 'b', 'istio-system']);
  const name = `pod-${i}`;
  const account = pick(accounts);
  const web = pick([80, 80, 8080]);
  const labels = { pod: name, app: pick(['x', 'y']) };
  const bytes = chance(0.5) ? [{ name: 'tcp', containerPort: 9000, protocol: 'TCP' }] : [];
  const ports = [{ name: 'http', containerPort: web, protocol: 'TCP' }, ...bytes];
  const port = pick([80, web]);
  // A name that says nothing of the protocol makes the proxies look for themselves.
  const portName = pick(['http', 'http', 'http', 'http', 'http-web', 'web', 'web', 'tcp-web']);
  return {
    key: `${place}/${name}`,
    identity: `ns/${place}/sa/${account}`,
    host: `${name}.${place}`,
    port,
    document: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: place, labels },
      spec: { serviceAccountName: account, containers: [{ name: 'main', image: 'i', ports }] },
    },
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: place },
      spec: {
        ...(chance(0.1) && { clusterIP: 'None' }),
        selector: { pod: name },
        ports: [
          { name: portName, port, targetPort: web, protocol: 'TCP' },
          ...bytes.map(() => ({ name: 'tcp', port: 9000, targetPort: 9000, protocol: 'TCP' })),
        ],
      },
    },
  };
}

function destinationRule({ pick }: Random): Document {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'tls', namespace: pick(['a', 'b']) },
    spec: {
      host: pick(['*.a.svc.cluster.local', '*.b.svc.cluster.local']),
      trafficPolicy: { tls: { mode: pick(['DISABLE', 'ISTIO_MUTUAL']) } },
    },
  };
}

/** A namespace that takes nothing from others. */
function closed({ pick }: Random): Document {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'own', namespace: pick(['a', 'b']) },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
  };
}
