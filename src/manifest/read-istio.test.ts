import { describe, expect, it } from 'vitest';
import type { Manifests } from './manifests.ts';
import { readManifests } from './read.ts';

function read(kind: string, spec: string): Manifests {
  const text = `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: x, namespace: ns}\nspec: ${spec}\n`;
  return readManifests([{ name: 'x.yaml', text }]);
}

describe('DestinationRule and ServiceEntry', () => {
  it.each([
    ['DestinationRule', '{host: a, trafficPolcy: {}}', 'spec.trafficPolcy', 'trafficPolicy'],
    ['DestinationRule', '{trafficPolicy: {tls: {mod: DISABLE}}}', 'spec.trafficPolicy.tls.mod', 'mode'],
    [
      'DestinationRule',
      '{subsets: [{trafficPolicy: {portLevelSettings: [{tsl: {}}]}}]}',
      'spec.subsets[0].trafficPolicy.portLevelSettings[0].tsl',
      'tls',
    ],
    [
      'DestinationRule',
      '{workloadSelector: {matchLabel: {}}}',
      'spec.workloadSelector.matchLabel',
      'matchLabels',
    ],
    ['ServiceEntry', '{host: [a.b]}', 'spec.host', 'hosts'],
    ['ServiceEntry', '{ports: [{numbr: 80}]}', 'spec.ports[0].numbr', 'number'],
    ['ServiceEntry', '{endpoints: [{adress: 10.0.0.1}]}', 'spec.endpoints[0].adress', 'address'],
  ])('%s with an unknown field is refused: %s', (kind, spec, path, meant) => {
    const { objects, rejected, diagnostics } = read(kind, spec);
    expect(objects).toEqual([]);
    expect(rejected).toMatchObject([{ kind, namespace: 'ns', name: 'x' }]);
    expect(diagnostics).toMatchObject([
      { code: 'PC2001', severity: 'error', help: `Did you mean ${meant}?` },
    ]);
    expect(diagnostics[0]!.message).toContain(`unknown field ${path}`);
  });

  it.each([
    ['DestinationRule', '{host: a, trafficPolicy: {loadBalancer: {x: 1}, connectionPool: {tcp: {z: 1}}}}'],
    ['DestinationRule', '{host: a, subsets: [{labels: {v: a}}], exportTo: ["."], trafficPolicy: null}'],
    ['ServiceEntry', '{hosts: [a.b], endpoints: [{labels: {a: b}, weight: 1}], workloadSelector: null}'],
  ])('%s may say what it likes where nobody looks: %s', (kind, spec) => {
    const { objects, diagnostics } = read(kind, spec);
    expect(objects).toMatchObject([{ kind }]);
    expect(diagnostics).toEqual([]);
  });
});

it.each([
  ['mesh: "trustDomain: 5"', 'istiod cannot read'],
  ['mesh: [', ''],
])('rejects a ConfigMap istio that cannot be read for the whole cluster: %s', (data, why) => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  ${data}\n`;
  const { rejected, mesh } = readManifests([{ name: 'x.yaml', text }]);
  expect(mesh).toBeUndefined();
  expect(rejected).toMatchObject([{ kind: 'ConfigMap', namespace: '', name: 'istio' }]);
  expect(rejected[0]!.why).toContain(why);
});
