import { expect, test } from 'vitest';
import { allowed, denied, unknown } from '../../test/support/report-example.ts';
import type { Request } from '../model/index.ts';
import { colourStyle } from './style.ts';
import { formatText } from './text.ts';

const request: Request = {
  source: { kind: 'pod', namespace: 'shop', name: 'back' },
  destination: { kind: 'service', namespace: 'shop', name: 'db' },
  port: 80,
  protocol: 'TCP',
  http: { method: 'GET', path: '/a?b', host: 'db' },
  complete: true,
};

test('a denial', () => {
  expect(formatText({ request, verdict: denied, notes: [], diagnostics: [] })).toMatchInlineSnapshot(`
    "✗ DENY  shop/back -> shop/svc/db  TCP 80
      GET /a?b, host db

        ✓ egress policy        node of shop/back   no policy selects the pod
      ▶ ✗ ingress policy       node of shop/db     isolated by NetworkPolicy shop/allow-front; no rule
                                                   matches
        ✗ authorization/ALLOW  sidecar of shop/db  denied by ns[shop]-policy[strict]-rule[0] (would have
                                                   denied too)

    Decided here:
     --> policies.yaml:6:1
      |
    6 | spec:
      | ^^^^^

    Closest rules, and what keeps them from matching:
      NetworkPolicy shop/allow-front spec.ingress[0]
        from[0].podSelector.matchLabels.app: wants "front", the request has "back"
          --> policies.yaml:12:15

    The caller sees: connect timeout

    Assumed: shop/db has an address of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16
    "
  `);
});

test('an allowed request', () => {
  const notes = ['port 80: the only TCP port of Service shop/db'];
  expect(formatText({ request, verdict: allowed, notes, diagnostics: [] })).toMatchInlineSnapshot(`
    "✓ ALLOW  shop/back -> shop/svc/db  TCP 80
      GET /a?b, host db

        ✓ egress policy   node of shop/back  no policy selects the pod
      ▶ ✓ ingress policy  node of shop/db    allowed by NetworkPolicy shop/allow-front spec.ingress[0]

    Decided here:
      --> policies.yaml:9:7
       |
     9 | /     - from:
    10 | |         - podSelector:
    11 | |             matchLabels:
    12 | |               app: front
       | |________________________^

    Note: port 80: the only TCP port of Service shop/db
    "
  `);
});

test('an unknown outcome names what is missing and how to say it', () => {
  const open = { ...request, complete: false };
  expect(formatText({ request: open, verdict: unknown, notes: [], diagnostics: [] })).toMatchInlineSnapshot(`
    "? UNKNOWN  shop/back -> shop/svc/db  TCP 80
      GET /a?b, host db, what is not said is open

        ✓ egress policy   node of shop/back  no policy selects the pod
      ▶ ? ingress policy  node of shop/db    depends on the label team of namespace other

    Not known:
      ? the label team of namespace other; it matters whether it is "blue"
        give the Namespace object, or --assume Namespace/other:team=blue
      ? the request's header x-user; it matters whether it is there
        say it with --header 'x-user: VALUE'
      ? what the network plugin does with traffic that comes back to its own pod through a Service
        (shop/db)
        say what your network plugin does: --cni hairpin=policy-applies or --cni hairpin=exempt
    "
  `);
});

test('colours change nothing but colours', () => {
  const answer = { request, verdict: denied, notes: ['one'], diagnostics: [] };
  const coloured = formatText(answer, colourStyle);
  expect(coloured).toContain('\u001b[');
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(formatText(answer));
});

test('long names wrap the reasons and leave no blanks at line ends', () => {
  const pod = `${'n'.repeat(60)}/${'p'.repeat(63)}`;
  const steps = denied.steps.map((step) => ({ ...step, at: { kind: 'node', pod } as const }));
  const text = formatText({
    request,
    verdict: { ...denied, steps, decidedBy: steps[1]! },
    notes: ['word '.repeat(60).trim()],
    diagnostics: [],
  });
  for (const line of text.split('\n')) {
    expect(line).toBe(line.trimEnd());
    if (!line.includes(pod)) expect(line.length).toBeLessThanOrEqual(100);
  }
  expect(text).toContain(`▶ ✗ ingress policy       node of ${pod}\n`);
});
