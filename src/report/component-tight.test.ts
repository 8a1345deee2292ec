import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeComponent, type Surroundings } from '../istio/components/index.ts';
import { policyObject, type TightPolicy, tightPolicies } from '../istio/tight/index.ts';
import { readManifests, readPlainObjects } from '../manifest/index.ts';
import { tightToJson } from './component-tight-json.ts';
import { formatTightYaml } from './component-tight-yaml.ts';
import { formatJson } from './json-value.ts';

const labelTexts = fc.constantFrom('on', 'yes', '123', '1e3', '0x10', 'null', 'true', '1_000', 'a.b', 'web');
const names = fc.constantFrom('on', '123', '1e3', 'shop', 'null', 'a-b');

const peers = fc.array(
  fc.record({
    namespaces: fc.record({ matchLabels: fc.dictionary(labelTexts, labelTexts, { maxKeys: 2 }) }),
    pods: fc.record({ matchLabels: fc.dictionary(labelTexts, labelTexts, { minKeys: 1, maxKeys: 2 }) }),
  }),
  { maxLength: 2 },
);
const cidrs = fc.subarray(['10.0.0.0/8', '203.0.113.7', 'fd00::/8', '2001:db8::1']);
const hosts = fc.array(
  fc.record({
    host: fc.constantFrom('a.example.com', 'x.y.svc', '10.1.2.3'),
    port: fc.constantFrom(80, 443),
  }),
  { maxLength: 3 },
);

const surroundings: fc.Arbitrary<Surroundings> = fc.record(
  {
    apiServer: cidrs,
    apiServerSources: cidrs,
    nodes: cidrs,
    monitoring: peers,
    mesh: peers,
    remoteNetworks: cidrs,
    remoteApiServers: cidrs,
    jwks: hosts,
    clients: cidrs,
    external: hosts,
    gateways: peers,
  },
  { requiredKeys: [] },
);

const inputs = fc.record({
  surroundings,
  names: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
  words: labelTexts,
});

function policiesFor({
  surroundings: around,
  names: own,
  words,
}: {
  readonly surroundings: Surroundings;
  readonly names: readonly string[];
  readonly words: string;
}): readonly TightPolicy[] {
  const components = own.flatMap((name) =>
    (['istiod', 'istio-cni', 'ztunnel', 'gateway'] as const).flatMap((chart) => {
      const described = describeComponent({
        chart,
        version: { text: '1.30.3', minor: 30 },
        name: `${name}-${chart}`,
        namespace: name,
        values: chart === 'gateway' ? { labels: { app: words } } : {},
        chartVersion: '1.30.3',
        appVersion: '1.30.3',
      });
      return described.kind === 'component' ? [described.component] : [];
    }),
  );
  const targets = own.flatMap((name) => [
    { kind: 'namespace', name, declares: [`line\nbreak ${words}\u2028#`], unguarded: ['ingress'] } as const,
    { kind: 'gateway', namespace: name, name: `${name}.x`, eastWest: false } as const,
    { kind: 'waypoint', namespace: name, name } as const,
  ]);
  return tightPolicies({ components, surroundings: around, targets }).policies;
}

describe('tight policies as text', () => {
  it('read back to the same objects, and the API server takes them', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const policies = policiesFor(input);
        const source = { name: 'tight.yaml', text: formatTightYaml(policies) };
        const read = readManifests([source]);
        expect(read.diagnostics).toEqual([]);
        expect(read.rejected).toEqual([]);
        expect(readPlainObjects(source).map(({ value }) => value)).toEqual(policies.map(policyObject));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same as JSON, where reasons are annotations', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const policies = policiesFor(input);
        const text = formatJson(tightToJson(policies));
        const read = readManifests([{ name: 'tight.json', text }]);
        expect(read.diagnostics).toEqual([]);
        expect(read.objects).toHaveLength(policies.length);
        const yaml = readManifests([{ name: 'tight.yaml', text: formatTightYaml(policies) }]);
        const specs = (objects: typeof read.objects): unknown =>
          objects.map((object) => (object.kind === 'NetworkPolicy' ? object.spec : undefined));
        expect(specs(read.objects)).toEqual(specs(yaml.objects));
      }),
      { numRuns: 20 },
    );
  });

  it('have the reason above each rule', () => {
    const described = describeComponent({
      chart: 'ztunnel',
      version: { text: '1.30.3', minor: 30 },
      name: 'ztunnel',
      namespace: 'istio-system',
      values: {},
      chartVersion: '1.30.3',
      appVersion: '1.30.3',
    });
    if (described.kind === 'failed') throw new Error(described.message);
    const { policies } = tightPolicies({
      components: [described.component],
      surroundings: { monitoring: [], dns: [], remoteNetworks: [] },
    });
    expect(formatTightYaml(policies)).toMatchInlineSnapshot(`
      "---
      # ztunnel of namespace istio-system: metrics and probes in, istiod out.
      # What it carries does not pass here: 15001, 15006, 15008 and 15053 are sockets in the pods' own network namespaces, and
      # policies of those pods count.
      # Policies add up: beside Istio's own, which lets anybody in, this one tightens nothing. Turn that off
      # (global.networkPolicy.enabled=false) and delete what is left of it.
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: ztunnel-tight
        namespace: istio-system
        labels:
          app.kubernetes.io/managed-by: portcullis
          app.kubernetes.io/component: ztunnel
      spec:
        podSelector:
          matchLabels:
            app: ztunnel
        policyTypes:
        - Ingress
        - Egress
        ingress:
        # The kubelet of its node probes ztunnel (/healthz/ready).
        # Without it: pods do not become ready, where the network plugin does not let their own node in anyway.
        # Not known: the addresses of the nodes, so this stays open; say --node-cidr.
        - ports:
          - protocol: TCP
            port: 15021
        egress:
        # ztunnel fetches configuration, and certificates for the pods that it serves.
        # Without it: ztunnel does not become ready, and no ambient pod can talk.
        - to:
          - namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: istio-system
            podSelector:
              matchLabels:
                app: istiod
          ports:
          - protocol: TCP
            port: 15012
      "
    `);
  });
});
