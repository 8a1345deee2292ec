import { expect, test } from 'vitest';
import { helmOutput } from '../../../test/support/helm-output.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { run } from '../run.ts';

// `helm template … -s templates/networkpolicy.yaml | portcullis check -f - …`

const pods = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cni, namespace: istio-system, labels: {k8s-app: istio-cni-node}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ztunnel, namespace: istio-system, labels: {app: ztunnel}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: edge, labels: {app: front, istio: edge}}
spec: {containers: [{name: c, image: x}]}
`;

async function check(
  text: string,
  args: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ readInput: async () => Buffer.from(`${text}---${pods}`) });
  const code = await run(['check', '-f', '-', ...args.split(' ')], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

test.each([
  ['istiod of 1.28', 'istio-system/istiod', 15012, 'istiod/templates/networkpolicy.yaml'],
  ['istio-cni of 1.29', 'istio-system/cni', 15014, 'cni/templates/networkpolicy.yaml'],
  ['gateway of 1.30 with labels.app', 'edge/edge', 443, 'gateway/templates/networkpolicy.yaml'],
  ['ztunnel of 1.31', 'istio-system/ztunnel', 15020, 'ztunnel/templates/networkpolicy.yaml'],
] as const)('%s lets its ports in, from anybody, and no other', async (name, to, port, template) => {
  const allowed = await check(helmOutput[name], `shop/web ${to} --port ${port} --direct`);
  expect(allowed.code).toBe(0);
  expect(allowed.out).toContain(`rendered from ${template}`);
  const denied = await check(helmOutput[name], `shop/web ${to} --port 22 --direct`);
  expect(denied.code).toBe(1);
  // Egress is open.
  expect((await check(helmOutput[name], `${to} 203.0.113.7 --port 443`)).code).toBe(0);
});

test('of the keys that the gateway chart prints twice the last counts, and it is said', async () => {
  const { err } = await check(
    helmOutput['gateway of 1.30 with labels.app'],
    'shop/web edge/edge --port 80 --direct',
  );
  expect(err).toContain(
    'warning[PC1013]: The key `app` stands twice in this map. kubectl and Helm take the last',
  );
  expect(err).toContain('warning[PC1013]: The key `istio` stands twice in this map.');
  expect(err).toContain('2 warnings');
});
