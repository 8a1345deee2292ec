import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEnvoy } from '../src/lab/index.ts';
import { withLabs } from './support/lab-command.ts';

/** On a busy machine. */
const patience = 300_000;
const policies = join(import.meta.dirname, '../scenarios/two-namespaces');

/** Rounds of random clusters: by real Envoy where the machine has one, more of them as the first user, and by the built-in proxy. */
const rounds = { envoy: 15, envoyAgain: 3, 'built-in': 6 } as const;
const hasEnvoy = findEnvoy(process.env).usable !== undefined;
if (!hasEnvoy) console.warn('NOT CHECKED: verdicts against real Envoy: this machine has none');
let users = 0;

const pod = (namespace: string, name: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{name: http, port: 80}]}
`;

const namespace = (name: string): string => `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {istio-injection: enabled}}
`;

const cluster = [
  namespace('np-test-1'),
  namespace('np-test-2'),
  pod('np-test-1', 'one'),
  pod('np-test-1', 'two'),
  pod('np-test-2', 'three'),
  `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny-two, namespace: np-test-1}
spec: {selector: {matchLabels: {app: two}}, action: DENY, rules: [{}]}
`,
].join('---');

withLabs('packets and verdicts', ({ portcullis, run }) => {
  const isFirst = users++ === 0;

  test.each(hasEnvoy ? ['envoy', 'built-in'] : ['built-in'])(
    "agree on the tutorial's policies, in one namespace each: %s",
    {
      timeout: patience,
    },
    async (proxy) => {
      const files = ['-', `${policies}/deny-all-networkpolicy.yaml`].flatMap((file) => ['-f', file]);
      const words = ['lab', 'verify', '--all', '-o', 'json', '--proxy', proxy, ...files];
      const { code, out, err } = await portcullis(words, { input: cluster });
      expect(code, `${out}\n${err}`).toBe(0);
      const { summary, cells } = JSON.parse(out) as {
        summary: { agreed: number; disagreed: number };
        cells: { packets: { droppedBy?: string[] } }[];
      };
      expect(summary.disagreed).toBe(0);
      expect(summary.agreed).toBeGreaterThan(20);
      const dropped = cells.flatMap(({ packets }) => packets.droppedBy ?? []);
      expect(dropped).toContain('NetworkPolicy np-test-2/deny-all-ingress-using-networkpolicy');
    },
  );

  test.each([
    ...(hasEnvoy ? [['envoy', isFirst ? rounds.envoy : rounds.envoyAgain] as const] : []),
    ['built-in', rounds['built-in']] as const,
  ])('agree on random clusters: %s, %i rounds', { timeout: patience }, async (proxy, count) => {
    const words = ['scripts/lab-fuzz/main.ts', '--seed', '1', '--rounds', `${count}`, '--proxy', proxy];
    const { code, out, err } = await run([process.execPath, ...words]);
    expect(err).toBe('');
    expect(code, out).toBe(0);
    expect(out).toMatch(/ 0 differ, /);
  });
});
