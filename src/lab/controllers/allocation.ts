import { type Pod, type Service, StatusError, type Store } from '../store/index.ts';
import { clusterIps } from './cluster-ips.ts';
import { withSelector } from './job-pod.ts';
import type { Toleration } from './node-fit.ts';
import { nodePorts } from './node-ports.ts';
import type { Job } from './types.ts';

export interface AllocationOptions {
  /** `10.96.0.0/16`. Its first addresses are only given to those who ask for them (the Services `kubernetes` and `kube-dns`). */
  readonly serviceCIDR: string;
}

/**
 * What the API server adds to new objects, and refuses, because of what others are there: ClusterIPs and node ports of Services, selectors of Jobs, ServiceAccounts of pods. Install it after the
 * defaults and before the injection of sidecars.
 */
export function installAllocation(store: Store, { serviceCIDR }: AllocationOptions): void {
  const addresses = clusterIps(store, serviceCIDR);
  const ports = nodePorts(store);
  store.admit('services', (object, previous) => {
    const completed = addresses.complete(object as Service, previous as Service | undefined);
    return ports.complete(completed, previous as Service | undefined);
  });
  store.admit('jobs', (object, previous) => (previous === undefined ? withSelector(object as Job) : object));
  store.admit('pods', (object, previous) =>
    previous === undefined ? withAccount(store, withPatience(object as Pod)) : object,
  );
}

/** A new pod with the ServiceAccount that it runs under, which must be there. Source: plugin/pkg/admission/serviceaccount. */
function withAccount(store: Store, pod: Pod): Pod {
  const { name, namespace = '', generateName } = pod.metadata;
  const account = pod.spec.serviceAccountName || 'default';
  // A new namespace gets its own a moment later; here nobody has to try again for that.
  const isComing = account === 'default';
  if (!isComing && store.get('serviceaccounts', account, namespace) === undefined) {
    const subject = `pods "${generateName || name}" is forbidden`;
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    throw new StatusError(403, 'Forbidden', `${subject}: ${why}`, {
      name: generateName || name,
      kind: 'pods',
    });
  }
  if (pod.spec.serviceAccountName === account && pod.spec.serviceAccount === account) return pod;
  return { ...pod, spec: { ...pod.spec, serviceAccountName: account, serviceAccount: account } };
}

const patience: readonly Toleration[] = ['not-ready', 'unreachable'].map((trouble) => ({
  key: `node.kubernetes.io/${trouble}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** A new pod bears trouble of its node for five minutes, unless it says for how long. Source: plugin/pkg/admission/defaulttolerationseconds. */
function withPatience(pod: Pod): Pod {
  const { tolerations = [] } = pod.spec as { readonly tolerations?: readonly Toleration[] };
  const bears = (key: string): boolean =>
    tolerations.some(
      (each) => (!each.key || each.key === key) && (!each.effect || each.effect === 'NoExecute'),
    );
  const missing = patience.filter(({ key }) => !bears(key!));
  if (missing.length === 0) return pod;
  return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...missing] } };
}
