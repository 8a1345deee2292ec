import { expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { inboundListener } from './index.ts';

const workload = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web, ports: [{name: api, containerPort: 9090}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: api}, {name: dns, port: 53, protocol: UDP}]}
`;

function chainsOf(policies: string, mesh = ''): ReturnType<typeof inboundListener>['filter_chains'] {
  const texts = mesh === '' ? [workload, policies] : [workload, policies, mesh];
  const manifests = readManifests([{ name: 'all.yaml', text: texts.join('\n---\n') }]);
  expect(manifests.rejected).toEqual([]);
  const cluster = buildCluster(manifests);
  return inboundListener(cluster, cluster.pods.get('shop/web')!).filter_chains;
}

function meshOf(config: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: JSON.stringify(config) },
  });
}

it('has the chains of target ports, named ones too, and none of UDP', () => {
  const ports = chainsOf('').map(({ filter_chain_match: match }) => match.destination_port);
  expect([...new Set(ports)]).toEqual([15006, undefined, 9090]);
});

it('gives a port that only a PeerAuthentication names chains of its own that lead wherever it leads', () => {
  const chains = chainsOf(`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}, portLevelMtls: {7000: {mode: DISABLE}}}
`);
  const own = chains.filter(({ filter_chain_match: match }) => match.destination_port === 7000);
  expect(own.map(({ name, transport_socket }) => [name, transport_socket])).toEqual([
    ['virtualInbound-catchall-http', undefined],
    ['virtualInbound', undefined],
  ]);
  expect(own[1]?.filters.at(-1)?.typed_config).toMatchObject({ cluster: 'InboundPassthroughCluster' });
});

it('expands a principal of when as often as there are from entries, as Istio does', () => {
  const policy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: p, namespace: shop}
spec:
  rules:
  - from: [{source: {namespaces: [a]}}, {source: {namespaces: [b]}}]
    when: [{key: source.principal, values: [cluster.local/ns/a/sa/x]}]
`;
  const chains = chainsOf(policy, meshOf({ trustDomainAliases: ['old'] }));
  const rbac = chains.at(-1)?.filters.at(-1)?.typed_config?.http_filters as readonly object[];
  expect(JSON.stringify(rbac[1]).match(/spiffe:\/\/old\/ns\/a\/sa\/x/g)).toHaveLength(4);
});

const custom = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask, namespace: shop}
spec: {action: CUSTOM, provider: {name: ext}, rules: [{}]}
`;

function askedBy(provider: object): object | undefined {
  const chains = chainsOf(
    custom,
    meshOf({ extensionProviders: [{ name: 'ext', envoyExtAuthzHttp: provider }] }),
  );
  const filters = chains.at(-1)?.filters.at(-1)?.typed_config?.http_filters as readonly { name: string }[];
  return filters.find(({ name }) => name.endsWith('.ext_authz'));
}

it('asks an HTTP authorizer with the headers and the answers that its provider names', () => {
  const provider = {
    service: 'opa.opa.svc.cluster.local',
    port: 8181,
    timeout: '1.5s',
    pathPrefix: '/check',
    includeHeadersInCheck: ['x-user'],
    includeAdditionalHeadersInCheck: { 'x-b': '2', 'x-a': '1' },
    headersToUpstreamOnAllow: ['x-*'],
    headersToDownstreamOnDeny: ['*-why'],
  };
  expect(askedBy(provider)).toMatchObject({
    typed_config: {
      allowed_headers: { patterns: [{ exact: 'x-user', ignore_case: true }] },
      http_service: {
        path_prefix: '/check',
        server_uri: { cluster: 'outbound|8181||opa.opa.svc.cluster.local', timeout: '1.500s' },
        authorization_request: {
          headers_to_add: [
            { key: 'x-a', value: '1' },
            { key: 'x-b', value: '2' },
          ],
        },
        authorization_response: {
          allowed_upstream_headers: { patterns: [{ prefix: 'x-', ignore_case: true }] },
          allowed_client_headers: { patterns: [{ suffix: '-why', ignore_case: true }] },
        },
      },
    },
  });
});

it('denies where the provider has no port', () => {
  expect(askedBy({ service: 'opa.opa.svc.cluster.local' })).toBeUndefined();
});
