import { describe, expect, test } from 'vitest';
import { policy } from '../../test/support/report-example.ts';
import type { EnforcementPoint, Reason, Step, Symptom } from '../model/index.ts';
import { describePlace, describeReason, describeReference, describeSymptom } from './vocabulary.ts';

const other = { ...policy, metadata: { ...policy.metadata, name: 'other' } };
const rule = { policy, path: ['spec', 'ingress', 0] };
const named = { policy, path: ['spec', 'rules', 1], id: 'ns[shop]-policy[x]-rule[1]' };

function words(because: Reason, change: Partial<Step> = {}): string {
  const at = { kind: 'node', pod: 'shop/db' } as const;
  return describeReason({ layer: 'ingress policy', at, outcome: 'allow', because, ...change });
}

describe('reasons', () => {
  test.each<[Reason, Partial<Step>, string]>([
    [{ kind: 'matched rule', rule }, {}, 'allowed by NetworkPolicy shop/allow-front spec.ingress[0]'],
    [{ kind: 'matched rule', rule: named }, { outcome: 'deny' }, 'denied by ns[shop]-policy[x]-rule[1]'],
    [{ kind: 'matched rule', rule: named }, { filter: 'AUDIT' }, 'logged by ns[shop]-policy[x]-rule[1]'],
    [{ kind: 'matched rule', rule: named }, { outcome: 'unknown' }, 'may match ns[shop]-policy[x]-rule[1]'],
    [
      { kind: 'matched rule', rule: { ...rule, tier: 'Baseline', action: 'Deny' }, passed: [rule] },
      { outcome: 'deny' },
      'denied by NetworkPolicy shop/allow-front spec.ingress[0] (Deny, Baseline tier), passed on by NetworkPolicy shop/allow-front spec.ingress[0]',
    ],
    [
      { kind: 'isolated, nothing matched', policies: [policy, other], nearMisses: [] },
      { outcome: 'deny' },
      'isolated by NetworkPolicy shop/allow-front and shop/other; no rule matches',
    ],
    [
      { kind: 'isolated, nothing matched', policies: [policy], nearMisses: [] },
      { layer: 'authorization', filter: 'ALLOW', outcome: 'deny' },
      'no rule of NetworkPolicy shop/allow-front matches',
    ],
    [{ kind: 'no policy selects' }, {}, 'no policy selects the pod'],
    [{ kind: 'no policy selects' }, { layer: 'authorization' }, 'no policy applies'],
    [
      { kind: 'not subject', why: 'host network' },
      {},
      'pods on the host network are not subject to policies',
    ],
    [{ kind: 'self traffic' }, {}, 'a pod always reaches itself'],
    [{ kind: 'own node' }, {}, "a pod's own node always reaches it"],
    [
      {
        kind: 'missing facts',
        facts: [{ kind: 'token' }, { kind: 'token' }, { kind: 'pod node', pod: 'a/b' }],
      },
      { outcome: 'unknown' },
      'depends on the token that the request carries and the node of pod a/b',
    ],
    [
      { kind: 'resolved', service: policy, port: 80, targetPort: 8080, backends: ['a', 'b', 'c', 'd', 'e'] },
      {},
      'NetworkPolicy shop/allow-front port 80 leads to port 8080 of a, b, c and 2 others',
    ],
    [
      { kind: 'no endpoint', service: policy, why: 'no pod matches the selector' },
      { outcome: 'deny' },
      'NetworkPolicy shop/allow-front has no endpoint: no pod matches the selector',
    ],
    [
      { kind: 'no such port', service: policy, port: 81, ports: [] },
      { outcome: 'deny' },
      'NetworkPolicy shop/allow-front has no port 81; it has none',
    ],
    [{ kind: 'direct' }, {}, 'straight to the address, no Service between'],
    [
      { kind: 'tls', transport: 'mutual TLS', mode: 'PERMISSIVE', identity: 'td/ns/a/sa/b' },
      {},
      "mutual TLS, as td/ns/a/sa/b; the server's mode is PERMISSIVE",
    ],
    [
      {
        kind: 'tls',
        transport: 'plaintext',
        mode: 'STRICT',
        identity: undefined,
        decidedBy: rule,
        client: rule,
        why: 'plaintext to STRICT',
      },
      { outcome: 'deny' },
      "plaintext, no identity: the server takes mutual TLS only, its mode is STRICT (NetworkPolicy shop/allow-front spec.ingress[0]); the client's TLS is set by NetworkPolicy shop/allow-front spec.ingress[0]",
    ],
    [
      { kind: 'not in mesh', pod: 'a/b', why: 'no label', policies: [policy] },
      {},
      'a/b is not in the mesh: no label; nothing enforces NetworkPolicy shop/allow-front',
    ],
    [
      { kind: 'token', text: 'it has expired', rule: named },
      {},
      'it has expired (ns[shop]-policy[x]-rule[1])',
    ],
    [{ kind: 'no policy of this action' }, { filter: 'CUSTOM' }, 'no CUSTOM policy applies'],
    [
      { kind: 'authorizer', provider: 'opa', answer: 'not known', rule: named },
      { outcome: 'unknown' },
      'ns[shop]-policy[x]-rule[1] asks opa, whose answer is not known',
    ],
    [
      { kind: 'no policy selects' },
      { layer: 'authorization', shadow: { result: 'denied', rule: named } },
      'no policy applies; dry-run policies would have denied by ns[shop]-policy[x]-rule[1]',
    ],
  ])('%#: %s', (reason, change, expected) => {
    expect(words(reason, change)).toBe(expected);
  });
});

test('a rule without an id has its object and field', () => {
  expect(describeReference({ policy, path: [] })).toBe('NetworkPolicy shop/allow-front');
});

test.each<[EnforcementPoint, string]>([
  [{ kind: 'sidecar', pod: 'a/b' }, 'sidecar of a/b'],
  [{ kind: 'ztunnel', pod: 'a/b' }, 'ztunnel of a/b'],
  [{ kind: 'gateway', pod: 'a/b' }, 'gateway a/b'],
  [{ kind: 'waypoint', name: 'a/b' }, 'waypoint a/b'],
  [{ kind: 'outside', address: '::1' }, 'outside, ::1'],
])('%j', (place, expected) => {
  expect(describePlace(place)).toBe(expected);
});

test.each<[Symptom, string]>([
  [{ kind: 'connect timeout' }, 'connect timeout'],
  [{ kind: 'http', status: 403, body: 'RBAC: access denied' }, 'HTTP 403, body "RBAC: access denied"'],
  [
    { kind: 'http', status: 503, details: 'd{e}', flag: 'UF', after: 10 },
    'HTTP 503, details d{e}, flag UF, after 10 s',
  ],
])('%j', (symptom, expected) => {
  expect(describeSymptom(symptom)).toBe(expected);
});
