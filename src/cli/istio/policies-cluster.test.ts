import { expect, test } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { readManifests } from '../../manifest/index.ts';
import { run } from '../run.ts';

const cluster = `
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: default, sidecar.istio.io/inject: 'false'}}
    spec: {containers: [{name: discovery, image: x}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: x, ports: [{containerPort: 8080}]}]}
`;

const denied = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
`;

async function policies(
  args: string,
  files: Readonly<Record<string, string>> = { 'cluster.yaml': cluster },
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ cwd: temporaryTree(files) });
  const code = await run(['istio', 'policies', '--istio', '1.30.3', ...args.split(' ')], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

const around = '--api-server-cidr 10.0.0.1 --node-cidr 10.0.0.0/24 --monitoring none --dns none --jwks none';

test('--check: the flows of what runs there', async () => {
  const { code, out, err } = await policies(
    `--set global.networkPolicy.enabled=true --check -f cluster.yaml ${around}`,
  );
  expect(code).toBe(0);
  expect(err).toContain('note: no --chart: taken are those that run in the cluster, istiod;');
  expect(out).toContain('istiod (rendered)');
  expect(out).toMatch(/needed: .* 0 broken/);
  expect(out).not.toContain('ztunnel');
});

test('--check: a namespace that is cut off ends with 1', async () => {
  const files = { 'cluster.yaml': cluster + denied };
  const { code, out } = await policies(
    `--set global.networkPolicy.enabled=true --check -f cluster.yaml ${around} -o json`,
    files,
  );
  expect(code).toBe(1);
  const check = JSON.parse(out);
  expect(check.apiVersion).toBe('portcullis.dev/v1alpha1');
  expect(JSON.stringify(check)).toContain('shop');
});

test('--check: a policy that the API server refuses is no part of it, and is said once', async () => {
  const { code, err } = await policies(
    `--set global.networkPolicy.enabled=true --chart istiod -n 123 --check -f cluster.yaml ${around}`,
  );
  expect(code).toBe(1);
  expect(err.match(/error\[/g)).toHaveLength(1);
});

test('--tight: policies as YAML, what they close beside it', async () => {
  const { code, out, err } = await policies(`--tight --chart istiod -f cluster.yaml ${around}`);
  expect(code).toBe(0);
  const { objects, diagnostics } = readManifests([{ name: 'out', text: out }]);
  expect(diagnostics).toEqual([]);
  expect(objects).toMatchObject([
    {
      metadata: { name: 'istiod-tight', namespace: 'istio-system' },
      spec: { policyTypes: ['Ingress', 'Egress'] },
    },
  ]);
  expect(err).toMatch(/note: Istio's own policies let in \d+ kinds? of connection/);
  expect(err).toContain('0 broken');
});

test('--tight: JSON, and text for what is closed', async () => {
  const json = await policies(`--tight --chart istiod ${around} --mesh istio-injection=enabled -o json`);
  expect(JSON.parse(json.out)).toMatchObject({
    kind: 'List',
    items: [{ metadata: { name: 'istiod-tight' } }],
  });
  const text = await policies(`--tight --chart istiod ${around} -o text`);
  expect(text.out).toContain('istiod istio-system/istiod: closed');
  expect((await policies('--tight -o table')).code).toBe(64);
});

test('--tight --check: the flow table with the tight policies, and the comparison', async () => {
  const { code, out } = await policies(`--tight --check --chart istiod -f cluster.yaml ${around}`);
  expect(code).toBe(0);
  expect(out).toContain('istiod-tight');
  expect(out).toContain("Istio's own policies let in");
  const json = JSON.parse(
    (await policies(`--tight --check --chart istiod -f cluster.yaml ${around} -o json`)).out,
  );
  expect(json.comparison.kind).toBe('TightComparison');
});

test('--for: what Istio has no policy for', async () => {
  const { out } = await policies(`--tight --chart istiod --for namespace/shop -f cluster.yaml ${around}`);
  expect(out).toContain('name: istio-mesh-baseline\n  namespace: shop\n');
  expect((await policies('--tight --for all')).err).toContain('--for all stands for all that a cluster has');
  expect((await policies('--tight --for gatway/a/b')).err).toContain('write gateway/NAMESPACE/NAME');
  const hint = await policies(`--tight --chart istiod -f cluster.yaml ${around}`);
  expect(hint.err).toContain('--for namespace/shop makes one');
});

test('--leaving: what istioctl puts there and never deletes', async () => {
  const { code, out } = await policies('--leaving --set values.global.networkPolicy.enabled=true');
  expect(code).toBe(0);
  expect(out).toContain('2 NetworkPolicies of Istio stay behind:');
  expect(out).toContain('kubectl delete networkpolicy istiod --namespace istio-system\n');
  expect((await policies('--leaving')).err).toContain('Helm deletes its own policies');
});

test('--leaving: in a cluster, beside what is still rendered', async () => {
  const own = (name: string, component: string): string =>
    `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n  namespace: istio-system\n  labels: {operator.istio.io/component: ${component}, operator.istio.io/managed: Reconcile, istio.io/rev: default}\nspec: {podSelector: {}}\n`;
  const files = {
    'cluster.yaml': cluster + own('istiod', 'Pilot') + own('istio-ingressgateway', 'IngressGateways'),
  };
  const args = '--leaving -f cluster.yaml -o json --set values.global.networkPolicy.enabled=true';
  const left = (text: string): readonly string[] =>
    JSON.parse(text).leftBehind.map(({ name }: { readonly name: string }) => name);
  expect(left((await policies('--leaving -f cluster.yaml -o json', files)).out)).toEqual([
    'istiod',
    'istio-ingressgateway',
  ]);
  const less = await policies(`${args} --set components.ingressGateways[0].enabled=false`, files);
  expect(left(less.out)).toEqual(['istio-ingressgateway']);
});

test('--check -o yaml: the repairs, which mend what they are for', async () => {
  const files = { 'cluster.yaml': `${cluster}${denied}` };
  const flags = `--set global.networkPolicy.enabled=true --check ${around}`;
  const broken = await policies(`${flags} -f cluster.yaml -o yaml`, files);
  expect(broken.code).toBe(1);
  expect(broken.out).toMatch(/^---\n/);
  const mended = await policies(`${flags} -f cluster.yaml -f repair.yaml`, {
    ...files,
    'repair.yaml': broken.out,
  });
  expect(mended.code).toBe(0);
});

const wrong = (namespace: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: wrong, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/99}}]}]}
`;

test.each([
  ['turns on it', 'shop', 2],
  ['turns on it: others add up to more than it could take', 'istio-system', 0],
])(
  '--check: a wrong document of the cluster is told, and counts where a flow %s',
  async (_, namespace, expected) => {
    const { code, err } = await policies(
      `--set global.networkPolicy.enabled=true --check -f cluster.yaml ${around}`,
      { 'cluster.yaml': `${cluster}${wrong(namespace)}` },
    );
    expect(err).toContain(`error[PC2106]: NetworkPolicy ${namespace}/wrong`);
    expect(code).toBe(expected);
  },
);

test('--tight without --check names the flows that are broken, and ends with 1', async () => {
  const { code, err } = await policies(`--tight -f cluster.yaml ${around}`, {
    'cluster.yaml': `${cluster}${denied}`,
  });
  expect(err).toContain(
    'note: broken with these policies: sidecars of namespace shop -> istiod istio-system/istiod TCP 15012\n',
  );
  expect(code).toBe(1);
});
