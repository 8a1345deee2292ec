import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLabs } from './support/lab-command.ts';

/** On a busy machine. */
const patience = 300_000;
const policies = join(import.meta.dirname, '../scenarios/two-namespaces');
const rounds = 15;

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
  test("agree on the tutorial's policies, in one namespace each", { timeout: patience }, async () => {
    const files = ['-', `${policies}/deny-all-networkpolicy.yaml`].flatMap((file) => ['-f', file]);
    const { code, out, err } = await portcullis(['lab', 'verify', '--all', '-o', 'json', ...files], {
      input: cluster,
    });
    expect(code, `${out}\n${err}`).toBe(0);
    const { summary, cells } = JSON.parse(out) as {
      summary: { agreed: number; disagreed: number };
      cells: { packets: { droppedBy?: string[] } }[];
    };
    expect(summary.disagreed).toBe(0);
    expect(summary.agreed).toBeGreaterThan(20);
    const dropped = cells.flatMap(({ packets }) => packets.droppedBy ?? []);
    expect(dropped).toContain('NetworkPolicy np-test-2/deny-all-ingress-using-networkpolicy');
  });

  test(`agree on ${rounds} random clusters`, { timeout: patience }, async () => {
    const words = ['scripts/lab-fuzz/main.ts', '--seed', '1', '--rounds', `${rounds}`];
    const { code, out, err } = await run([process.execPath, ...words]);
    expect(err).toBe('');
    expect(code, out).toBe(0);
    expect(out).toMatch(/ 0 differ, /);
  });
});
