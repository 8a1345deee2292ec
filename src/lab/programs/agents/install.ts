import type { NewObject, Store } from '../../store/index.ts';
import type { NodeAgent } from './drop-lines.ts';

const namespace = 'kube-system';

interface Product {
  readonly daemonSet: string;
  readonly label: string;
  readonly container: string;
  readonly image: string;
  readonly args?: readonly string[];
}

const products: Readonly<Record<NodeAgent, Product>> = {
  'kube-router': {
    daemonSet: 'kube-router',
    label: 'kube-router',
    container: 'kube-router',
    image: 'docker.io/cloudnativelabs/kube-router:v2.5.0',
    args: ['--run-router=false', '--run-firewall=true', '--run-service-proxy=false'],
  },
  calico: {
    daemonSet: 'calico-node',
    label: 'calico-node',
    container: 'calico-node',
    image: 'docker.io/calico/node:v3.30.2',
  },
};

/** The repository of an agent's image, for the image table. */
export const agentRepository: Readonly<Record<NodeAgent, string>> = {
  'kube-router': 'cloudnativelabs/kube-router',
  calico: 'calico/node',
};

/** Creates the DaemonSet of a node agent in kube-system, which must exist, with the names and labels of the product: `kubectl logs -n kube-system -l k8s-app=kube-router`. */
export function installNodeAgent(store: Store, agent: NodeAgent): void {
  store.create(daemonSet(products[agent]));
}

function daemonSet({ daemonSet: name, label, container, image, args }: Product): NewObject {
  const labels = { 'k8s-app': label };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          tolerations: [{ operator: 'Exists' }],
          terminationGracePeriodSeconds: 0,
          containers: [{ name: container, image, ...(args === undefined ? {} : { args }) }],
        },
      },
    },
  };
}
