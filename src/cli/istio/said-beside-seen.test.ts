import { describe, expect, test } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { run } from '../run.ts';

/** A cluster whose DNS pods listen on another port than their Service. */
const cluster = `
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
spec: {containers: [{name: discovery, image: pilot}]}
---
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec: {clusterIP: 10.96.0.1, ports: [{port: 443, targetPort: 6443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
addressType: IPv4
endpoints: [{addresses: [192.168.1.2]}]
ports: [{port: 6443, protocol: TCP}]
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {clusterIP: 10.96.0.10, selector: {k8s-app: kube-dns}, ports: [{port: 53, protocol: UDP, targetPort: dns}]}
---
apiVersion: v1
kind: Pod
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec: {containers: [{name: c, image: coredns, ports: [{name: dns, containerPort: 5353, protocol: UDP}]}]}
`;

const denies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns-only, namespace: istio-system}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}]
`;

const rest = '--node-cidr 192.168.1.0/24 --jwks none --remote-cidr none --remote-api-server-cidr none';

async function portcullis(
  command: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ cwd: temporaryTree(files) });
  const code = await run(command.split(' '), terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe.each([
  ['ClusterIPs', '--dns 10.96.0.10 --api-server-cidr 10.96.0.1', ['PC3472', 'PC3472']],
  ['pods and another address', '--dns kube-system:k8s-app=kube-dns --api-server-cidr 10.0.0.9', ['PC3473']],
])('--tight with %s', (_, said, codes) => {
  test('cuts nothing off that the cluster shows', async () => {
    const command = `istio policies --istio 1.30.3 --chart istiod --tight -f cluster.yaml ${said} ${rest}`;
    const tight = await portcullis(command, { 'cluster.yaml': cluster });
    expect(tight.code).toBe(0);
    expect([...tight.err.matchAll(/PC347[23]/g)].map(([code]) => code)).toEqual(codes);
    const files = { 'cluster.yaml': cluster, 'tight.yaml': tight.out };
    for (const to of [
      'kube-system/svc/kube-dns --port 53 --protocol UDP',
      'default/svc/kubernetes --port 443',
    ]) {
      const question = `check -f cluster.yaml -f tight.yaml istio-system/istiod ${to}`;
      const { code, out } = await portcullis(question, files);
      expect({ to, code, allowed: /allow/i.test(out) }).toEqual({ to, code: 0, allowed: true });
    }
  });
});

test.each([
  ['--dns kube-system:k8s-app=kube-dns', 5353],
  ['--dns 10.96.0.10', 5353],
  ['--dns kube-system:k8s-app=kube-dns:53', 53],
])('--check %s asks for port %d', async (dns, port) => {
  const { out } = await portcullis(
    `istio policies --istio 1.30.3 --chart istiod --check -f cluster.yaml -f denies.yaml ${dns} ${rest}`,
    { 'cluster.yaml': cluster, 'denies.yaml': denies },
  );
  const line = out.split('\n').find((each) => each.includes('to DNS  UDP'));
  expect(line).toMatch(new RegExp(`^  ${port === 53 ? '✓' : '✗'} to DNS  UDP ${port} `));
});
