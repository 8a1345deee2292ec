import { buildCluster } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { type MapLayer, mapReach } from '../../src/reach/index.ts';
import type { MapView } from '../../src/report/index.ts';

function deployment(namespace: string, name: string, port: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: x, ports: [{containerPort: ${port}}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{name: http, port: 80, targetPort: ${port}}]}
`;
}

/** Two namespaces with sidecars: `orders` takes GET from `web` alone, and on every other port nothing from outside; `stock` may be reached by `orders`, on one port. */
export const market: string = [
  ...['shop', 'back'].map(
    (name) => `apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {istio-injection: enabled}}
`,
  ),
  deployment('shop', 'web', 8080),
  deployment('shop', 'orders', 8081),
  deployment('back', 'stock', 9000),
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: stock, namespace: back}
spec:
  podSelector: {matchLabels: {app: stock}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: orders}}}]
    ports: [{port: 9000}]
`,
  `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: orders, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  rules:
  - from: [{source: {namespaces: [shop]}}]
    to: [{operation: {methods: [GET], paths: [/api/*], notPaths: ["/api/admin*"]}}]
`,
].join('---\n');

/** All pairs of what some manifests make. */
export function viewOf(text: string, layer: MapLayer = 'all'): MapView {
  const map = mapReach(buildCluster(readManifests([{ name: 'a.yaml', text }])), { layer });
  return { map, sources: map.ends, destinations: map.ends, inside: undefined };
}
