import { describe, expect, it } from 'vitest';
import { readManifests } from '../read.ts';

function read(kind: string, spec: string, name = 'default'): ReturnType<typeof readManifests> {
  const version = kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
  const text = `apiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
  return readManifests([{ name: '-', text }]);
}

const subject = 'subject: {namespaces: {}}';
const egress = (rule: string) =>
  `{priority: 1, ${subject}, egress: [{action: Allow, to: [{networks: [10.0.0.0/8]}], ${rule}}]}`;
const cluster = (rest: string) => `{tier: Admin, priority: 1, ${subject}, ${rest}}`;
const peers = 'from: [{namespaces: {}}]';

describe('admin tier policies', () => {
  it('reads v1alpha1', () => {
    const ports = 'ports: [{portNumber: {port: 80}}, {portRange: {protocol: UDP, start: 1, end: 9}}]';
    const pods = 'pods: {namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}';
    const spec = `{priority: 5, subject: {${pods}}, ingress: [{name: r, action: Pass, ${peers}, ${ports}}], egress: [{action: Deny, to: [{nodes: {}}, {networks: [10.0.0.0/8]}]}]}`;
    const { objects, diagnostics } = read('AdminNetworkPolicy', spec);
    expect(diagnostics).toEqual([]);
    expect(objects).toMatchObject([
      {
        metadata: { namespace: '' },
        spec: {
          priority: 5,
          subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { a: 'b' } } } },
          ingress: [
            {
              name: 'r',
              action: 'Pass',
              peers: [{ namespaces: {} }],
              ports: [
                { kind: 'range', protocol: 'TCP', start: 80, end: 80 },
                { kind: 'range', protocol: 'UDP', start: 1, end: 9 },
              ],
            },
          ],
          egress: [{ action: 'Deny', peers: [{ nodes: {} }, { networks: ['10.0.0.0/8'] }] }],
        },
      },
    ]);
  });

  it('reads v1alpha2', () => {
    const protocols =
      'protocols: [{tcp: {destinationPort: {number: 80}}}, {sctp: {destinationPort: {range: {start: 1, end: 2}}}}, {destinationNamedPort: http}]';
    const { objects, diagnostics } = read(
      'ClusterNetworkPolicy',
      cluster(`ingress: [{action: Accept, ${peers}, ${protocols}}]`),
    );
    expect(diagnostics).toEqual([]);
    expect(objects).toMatchObject([
      {
        spec: {
          tier: 'Admin',
          priority: 1,
          ingress: [
            {
              ports: [
                { kind: 'range', protocol: 'TCP', start: 80, end: 80 },
                { kind: 'range', protocol: 'SCTP', start: 1, end: 2 },
                { kind: 'named', name: 'http' },
              ],
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ['AdminNetworkPolicy', `{${subject}}`, 'PC2110', 'spec.priority: Required value'],
    ['AdminNetworkPolicy', `{priority: 1001, ${subject}}`, 'PC2110', 'spec.priority: Invalid value: 1001'],
    ['AdminNetworkPolicy', '{priority: 1}', 'PC2111', 'spec.subject: Required value'],
    [
      'AdminNetworkPolicy',
      '{priority: 1, subject: {}}',
      'PC2111',
      'exactly one field must be set, not nothing',
    ],
    [
      'AdminNetworkPolicy',
      '{priority: 1, subject: {namespaces: {}, pods: {namespaceSelector: {}, podSelector: {}}}}',
      'PC2111',
      'not namespaces and pods',
    ],
    [
      'AdminNetworkPolicy',
      '{priority: 1, subject: {pods: {podSelector: {}}}}',
      'PC2112',
      'spec.subject.pods.namespaceSelector: Required value',
    ],
    [
      'AdminNetworkPolicy',
      `{priority: 1, ${subject}, ingress: [{action: Allow}]}`,
      'PC2112',
      'spec.ingress[0].from: Required value',
    ],
    [
      'AdminNetworkPolicy',
      `{priority: 1, ${subject}, ingress: [{action: Allow, from: []}]}`,
      'PC2110',
      'must have at least 1 items',
    ],
    [
      'AdminNetworkPolicy',
      `{priority: 1, ${subject}, ingress: [{action: Accept, ${peers}}]}`,
      'PC2110',
      'supported values: Allow, Deny, Pass',
    ],
    ['AdminNetworkPolicy', egress('ports: [{namedPort: http}]'), 'PC2114', 'named ports'],
    ['AdminNetworkPolicy', egress('ports: [{portNumber: {port: 0}}]'), 'PC2113', 'must be from 1 to 65535'],
    [
      'AdminNetworkPolicy',
      `{priority: 1, ${subject}, egress: [{action: Allow, to: [{networks: [10.0.0.0]}]}]}`,
      'PC2106',
      'Invalid CIDR',
    ],
    [
      'BaselineAdminNetworkPolicy',
      `{${subject}, ingress: [{action: Pass, ${peers}}]}`,
      'PC2110',
      'supported values: Allow, Deny',
    ],
    ['ClusterNetworkPolicy', `{priority: 1, ${subject}}`, 'PC2110', 'spec.tier: Required value'],
    [
      'ClusterNetworkPolicy',
      cluster(`ingress: [{action: Accept, ${peers}, protocols: [{tcp: {}}]}]`),
      'PC2113',
      'tcp',
    ],
    [
      'ClusterNetworkPolicy',
      cluster(
        `ingress: [{action: Accept, ${peers}, protocols: [{tcp: {destinationPort: {range: {start: 5, end: 5}}}}]}]`,
      ),
      'PC2113',
      'less than',
    ],
    [
      'ClusterNetworkPolicy',
      cluster(`ingress: [${Array(26).fill(`{action: Deny, ${peers}}`).join(', ')}]`),
      'PC2110',
      'at most 25 items',
    ],
    [
      'ClusterNetworkPolicy',
      cluster('ingress: [{action: Accept, from: [{networks: [10.0.0.0/8]}]}]'),
      'PC2001',
      'unknown field spec.ingress[0].from[0].networks',
    ],
  ])('refuses %s %s', (kind, spec, code, words) => {
    const { rejected, diagnostics } = read(kind, spec);
    expect(rejected).toHaveLength(1);
    expect(diagnostics[0]?.code).toBe(code);
    expect(diagnostics[0]?.message).toContain(words);
  });

  it('takes one baseline only', () => {
    expect(read('BaselineAdminNetworkPolicy', `{${subject}}`).rejected).toEqual([]);
    expect(read('BaselineAdminNetworkPolicy', `{${subject}}`, 'other').rejected).toHaveLength(1);
  });
});
