import type { FieldPath, KindedObject, Source, Span, Step, Verdict } from '../../src/model/index.ts';

/** A manifest of a made-up cluster, with the places of fields told by a text that is searched for. */
export const source: Source = {
  name: 'policies.yaml',
  text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-front
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: front
`,
};

const places: ReadonlyMap<string, string> = new Map([
  ['metadata.name', 'name: allow-front'],
  ['spec.ingress.0', 'from:\n        - podSelector:\n            matchLabels:\n              app: front'],
  ['spec.ingress.0.from.0.podSelector.matchLabels.app', 'app: front'],
]);

function locate(path: FieldPath): Span {
  const text = places.get(path.join('.')) ?? 'spec:';
  const start = source.text.indexOf(text);
  return { source, start, end: start + text.length };
}

export const policy: KindedObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'allow-front', namespace: 'shop', labels: {}, annotations: {} },
  origin: { source, start: 0, end: source.text.length, locate },
};

const open: Step = {
  layer: 'egress policy',
  at: { kind: 'node', pod: 'shop/back' },
  outcome: 'allow',
  because: { kind: 'no policy selects' },
};

const isolated: Step = {
  layer: 'ingress policy',
  at: { kind: 'node', pod: 'shop/db' },
  outcome: 'deny',
  because: {
    kind: 'isolated, nothing matched',
    policies: [policy],
    nearMisses: [
      {
        policy,
        path: ['spec', 'ingress', 0],
        failed: [
          {
            path: ['spec', 'ingress', 0, 'from', 0, 'podSelector', 'matchLabels', 'app'],
            wanted: '"front"',
            got: '"back"',
          },
        ],
      },
    ],
  },
};

const behind: Step = {
  layer: 'authorization',
  at: { kind: 'sidecar', pod: 'shop/db' },
  outcome: 'deny',
  filter: 'ALLOW',
  because: {
    kind: 'matched rule',
    rule: { policy, path: ['spec', 'ingress', 0], id: 'ns[shop]-policy[strict]-rule[0]' },
  },
  afterDecision: true,
};

export const denied: Verdict = {
  outcome: 'deny',
  symptom: { kind: 'connect timeout' },
  decidedBy: isolated,
  steps: [open, isolated, behind],
  missing: [],
  assumed: ['shop/db has an address of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'],
};

const matched: Step = {
  ...isolated,
  outcome: 'allow',
  because: { kind: 'matched rule', rule: { policy, path: ['spec', 'ingress', 0] } },
};

export const allowed: Verdict = {
  outcome: 'allow',
  symptom: { kind: 'response' },
  decidedBy: matched,
  steps: [open, matched],
  missing: [],
  assumed: [],
};

const undecided: Step = {
  ...isolated,
  outcome: 'unknown',
  because: {
    kind: 'missing facts',
    facts: [
      {
        kind: 'namespace label',
        namespace: 'other',
        key: 'team',
        patterns: [{ form: 'exact', text: 'blue' }],
      },
    ],
  },
};

export const unknown: Verdict = {
  outcome: 'unknown',
  symptom: undefined,
  decidedBy: undecided,
  steps: [open, undecided],
  missing: [
    { kind: 'namespace label', namespace: 'other', key: 'team', patterns: [{ form: 'exact', text: 'blue' }] },
    { kind: 'request', field: 'header x-user', patterns: [{ form: 'presence', text: '' }] },
    { kind: 'implementation', topic: 'hairpin', detail: 'shop/db' },
  ],
  assumed: [],
};
