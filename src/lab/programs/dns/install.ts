import type { NewObject, Store } from '../../store/index.ts';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };

/** The image of the DNS pods. Its repository is `coredns/coredns`. */
const dnsImage = 'registry.k8s.io/coredns/coredns:v1.12.1';

const ports = [
  { name: 'dns', containerPort: 53, protocol: 'UDP' },
  { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
] as const;

/**
 * Creates what kubeadm installs for DNS: Deployment coredns and Service kube-dns in kube-system, which must exist. Names and labels are those that policies and people look for.
 */
export function installDns(store: Store, { dnsAddress }: { readonly dnsAddress: string }): void {
  for (const object of [deployment, service(dnsAddress)]) store.create(object);
}

const deployment: NewObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
    template: {
      metadata: { labels },
      spec: {
        dnsPolicy: 'Default',
        priorityClassName: 'system-cluster-critical',
        containers: [{ name: 'coredns', image: dnsImage, args: ['-conf', '/etc/coredns/Corefile'], ports }],
      },
    },
  },
};

const service = (clusterIP: string): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kube-dns',
    namespace,
    labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
  },
  spec: {
    clusterIP,
    clusterIPs: [clusterIP],
    selector: labels,
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
    ],
  },
});
