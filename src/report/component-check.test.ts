import { describe, expect, it } from 'vitest';
import { checked, denyAll, deployment, dns, release } from '../../test/support/istio-check.ts';
import { made, namespace } from '../../test/support/text-cluster.ts';
import { componentCheckToJson } from './component-check-json.ts';
import { formatComponentCheckText } from './component-check-text.ts';

const mesh = { 'istio-injection': 'enabled' };
const releases = [
  release('istiod', 'istio-system/istiod'),
  release('gateway', 'istio-ew/eastwest', { networkGateway: 'network-2' }),
];
const check = checked(releases, [
  namespace('shop', mesh),
  deployment('shop/web', 8080),
  denyAll('shop'),
  made('NetworkPolicy', 'istio-system/mesh-only', {
    podSelector: { matchLabels: { app: 'istiod' } },
    ingress: [{ from: [{ namespaceSelector: { matchLabels: mesh } }], ports: [{ port: 15012 }] }],
  }),
  ...dns,
]);

describe('a check as text', () => {
  const text = formatComponentCheckText(check);
  /** As it reads, wherever lines break. */
  const read = text.replace(/\s+/g, ' ');

  it('groups flows by component, with the place of the policy that decides', () => {
    expect(text).toContain('istiod istio-system/istiod (stand-in)\n  ✓ from API server  TCP 15017');
    expect(text).toMatch(/\[istiod \(rendered\):1:\d+\]/);
  });

  it('says of what is broken why, what breaks and where it is written', () => {
    expect(read).toMatch(
      /✗ from other networks TCP 15443 [^✗]*isolated by NetworkPolicy istio-ew\/eastwest; no rule matches breaks: requests from other networks time out --> eastwest \(rendered\):1:\d+/,
    );
  });

  it('tells what adds up, who is cut off, and the repair to copy', () => {
    expect(text).toContain('Policies that add up:');
    expect(read).toContain('NetworkPolicy istio-system/mesh-only alone would deny');
    expect(text).toContain('Denied by policies of namespace shop:');
    expect(text).toContain(
      '    kind: NetworkPolicy\n    metadata:\n      name: allow-istio\n      namespace: shop',
    );
  });

  it('ends with the numbers', () => {
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(
      /^\d+ flows needed: \d+ allowed, 3 broken, 0 not known;/,
    );
  });

  it('fits the width but for what is to be copied, and is the same each time', () => {
    const lines = text.split('\n').filter((line) => !line.startsWith('    ') && !line.includes('-->'));
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(formatComponentCheckText(check)).toBe(text);
  });

  it('of many namespaces shows the first, and says how many there are', () => {
    const names = Array.from({ length: 45 }, (_, i) => `shop-${i}`);
    const many = checked(
      releases,
      names.flatMap((name) => [namespace(name, mesh), deployment(`${name}/web`, 8080), denyAll(name)]),
    );
    const long = formatComponentCheckText(many);
    expect(long).toContain('further flows; -o json lists all');
    expect(long).toContain('further namespaces; -o json lists all');
    expect(long.match(/Denied by policies of namespace/g)).toHaveLength(20);
  });
});

describe('a check as JSON', () => {
  const document = JSON.parse(JSON.stringify(componentCheckToJson(check)));

  it('has the flows with verdict, witness and the step that decides', () => {
    expect(document).toMatchObject({ kind: 'ComponentCheck', outcome: 'findings', counts: { broken: 3 } });
    const flow = document.flows.find((each: { flow: string }) => each.flow === 'gateway-east-west');
    expect(flow).toMatchObject({
      need: 'needed',
      port: 15443,
      outcome: 'deny',
      to: { role: 'gateway', chart: 'gateway', standIn: true, pods: 1 },
      decidedBy: { layer: 'ingress policy', outcome: 'deny' },
      witness: { destination: { kind: 'pod', namespace: 'istio-ew' } },
    });
  });

  it('has repairs as objects and as YAML', () => {
    const shop = document.namespaces.find((each: { namespace: string }) => each.namespace === 'shop');
    expect(shop.repair).toMatchObject({
      verified: true,
      policies: [{ kind: 'NetworkPolicy', metadata: { namespace: 'shop' }, spec: { podSelector: {} } }],
    });
  });

  it('has sums and findings', () => {
    expect(document.sums).toMatchObject([{ tight: { name: 'mesh-only' }, together: 'allow', alone: 'deny' }]);
    expect(document.findings.map(({ code }: { code: string }) => code)).toContain('PC3442');
  });
});
