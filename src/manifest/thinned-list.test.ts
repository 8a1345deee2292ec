import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readManifests } from './read.ts';

const lines = [
  ...[
    '- apiVersion: v1',
    '  kind: Pod',
    '  kind: PodList',
    '  metadata:',
    '    name: a',
    '    labels: {a: b}',
  ],
  ...['- kind: Namespace', '  apiVersion: v1', '-', '- text', '- metadata:', '  items: []', '  items: 1'],
  ...['- kind: NetworkPolicy', '  apiVersion: networking.k8s.io/v1', '  spec:', '    podSelector: {}'],
  ...[
    '    ingress:',
    '    - form: []',
    '    - from: [{ipBlock: {cidr: 10.0.0.0/33}}]',
    '    podSelector: {}',
  ],
  ...[
    '- {kind: Pod, apiVersion: v1, metadata: {name: c}}',
    '- kind: Deployment',
    '- kind: CiliumNetworkPolicy',
  ],
  ...['  apiVersion: cilium.io/v2', '- kind: ConfigMap', '    name: istio', '    namespace: istio-system'],
  ...['  data:', '    mesh: |', '      rootNamespace: root', '      enableTracing: [', '  x: &b {name: b}'],
  ...[
    '  <<: *b',
    '  <<: {metadata: {name: d}}',
    '    yes: 010',
    '   y',
    'items:',
    'kind: List',
    '---',
    '# c',
    '"',
  ],
  'apiVersion: networking.k8s.io/v1',
];

const whole =
  '- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: e\n    labels: {a: b}\n- kind: NetworkPolicy\n  apiVersion: networking.k8s.io/v1\n  metadata: {name: p}\n  spec:\n    podSelector: {}\n    policyTypes: [Ingress]\n- metadata: {name: q}\n';

const list = fc
  .tuple(
    fc.constantFrom('List', 'NetworkPolicyList', 'PodList'),
    fc.constantFrom('', '', whole),
    fc.array(fc.constantFrom(...lines), { maxLength: 14 }),
    fc.boolean(),
  )
  .map(([kind, before, middle, kindFirst]) => {
    const type = `apiVersion: ${kind === 'NetworkPolicyList' ? 'networking.k8s.io/v1' : 'v1'}\nkind: ${kind}\n`;
    const items = `items:\n${before}${middle.map((line) => `${line}\n`).join('')}`;
    return kindFirst ? type + items : items + type;
  });

/** All that was read, with places but without the texts; `note` is what the document's first value is. */
function read(note: string, text: string): unknown {
  const source = { name: 'x.yaml', text: `note: ${note}\n${text}` };
  const { objects, rejected, foreign, ignored, diagnostics, mesh } = readManifests([source]);
  const located = objects.map(({ origin }) => origin.locate(['metadata', 'name']));
  const all = { objects, rejected, foreign, ignored: [...ignored], diagnostics, mesh, located };
  return JSON.parse(JSON.stringify(all, (key, value: unknown) => (key === 'source' ? undefined : value)));
}

it('reads a list the same whether its items are thinned or, because of an anchor before them, not', () => {
  fc.assert(
    fc.property(list, (text) => {
      expect(read('_note a', text)).toEqual(read('&note a', text));
    }),
    { numRuns: 2000 },
  );
});
