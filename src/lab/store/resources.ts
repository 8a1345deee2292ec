import type { Resource } from './types.ts';

/** A kind's name and short names; what the rest of its family shares is said once. */
type Row = readonly [
  kind: string,
  plural: string,
  shortNames?: readonly string[],
  more?: Partial<Pick<Resource, 'name' | 'namespaced' | 'status' | 'categories'>>,
];
type Family = Pick<Resource, 'group' | 'versions' | 'custom'> &
  Partial<Pick<Resource, 'namespaced' | 'status' | 'categories'>>;

const all = { categories: ['all'] } as const;
const none: readonly string[] = [];

function family(common: Family, rows: readonly Row[]): readonly Resource[] {
  return rows.map(([kind, plural, shortNames = none, more = {}]) => ({
    kind,
    plural,
    name: plural,
    singular: kind.toLowerCase(),
    shortNames,
    categories: none,
    namespaced: true,
    status: true,
    ...common,
    ...more,
  }));
}

const stateless = { status: false } as const;
const clusterWide = { namespaced: false } as const;

/**
 * The kinds of the lab, with the names that Kubernetes (pkg/registry), Istio (manifests/charts/base/files/crd-all.gen.yaml), network-policy-api and the Gateway API give them. Kinds whose
 * effect the lab does not have are not in it, so that kubectl says so.
 */
export const resourceTable: readonly Resource[] = [
  ...family({ group: '', versions: ['v1'], custom: false }, [
    ['Namespace', 'namespaces', ['ns'], clusterWide],
    ['Node', 'nodes', ['no'], clusterWide],
    ['Pod', 'pods', ['po'], all],
    ['Service', 'services', ['svc'], all],
    ['ServiceAccount', 'serviceaccounts', ['sa'], stateless],
    ['ConfigMap', 'configmaps', ['cm'], stateless],
    ['Secret', 'secrets', none, stateless],
    ['Endpoints', 'endpoints', ['ep'], stateless],
    ['Event', 'events', ['ev'], stateless],
  ]),
  ...family({ group: 'apps', versions: ['v1'], custom: false, ...all }, [
    ['Deployment', 'deployments', ['deploy']],
    ['ReplicaSet', 'replicasets', ['rs']],
    ['StatefulSet', 'statefulsets', ['sts']],
    ['DaemonSet', 'daemonsets', ['ds']],
    ['ControllerRevision', 'controllerrevisions', none, { ...stateless, categories: none }],
  ]),
  ...family({ group: 'batch', versions: ['v1'], custom: false, ...all }, [
    ['Job', 'jobs'],
    ['CronJob', 'cronjobs', ['cj']],
  ]),
  ...family({ group: 'discovery.k8s.io', versions: ['v1'], custom: false }, [
    ['EndpointSlice', 'endpointslices', none, stateless],
  ]),
  ...family({ group: 'networking.k8s.io', versions: ['v1'], custom: false }, [
    ['NetworkPolicy', 'networkpolicies', ['netpol'], stateless],
  ]),
  ...family({ group: 'policy.networking.k8s.io', versions: ['v1alpha1'], custom: true, ...clusterWide }, [
    ['AdminNetworkPolicy', 'adminnetworkpolicies', ['anp']],
    ['BaselineAdminNetworkPolicy', 'baselineadminnetworkpolicies', ['banp']],
  ]),
  ...family({ group: 'policy.networking.k8s.io', versions: ['v1alpha2'], custom: true, ...clusterWide }, [
    ['ClusterNetworkPolicy', 'clusternetworkpolicies', ['cnp']],
  ]),
  ...family({ group: 'security.istio.io', versions: ['v1', 'v1beta1'], custom: true, ...istio('security') }, [
    ['AuthorizationPolicy', 'authorizationpolicies', ['ap']],
    ['PeerAuthentication', 'peerauthentications', ['pa']],
    ['RequestAuthentication', 'requestauthentications', ['ra']],
  ]),
  ...family(
    {
      group: 'networking.istio.io',
      versions: ['v1', 'v1beta1', 'v1alpha3'],
      custom: true,
      ...istio('networking'),
    },
    [
      ['DestinationRule', 'destinationrules', ['dr']],
      ['ServiceEntry', 'serviceentries', ['se']],
    ],
  ),
  ...family(
    {
      group: 'gateway.networking.k8s.io',
      versions: ['v1', 'v1beta1'],
      custom: true,
      categories: ['gateway-api'],
    },
    [
      ['Gateway', 'gateways', ['gtw'], { name: 'gateways.gateway.networking.k8s.io' }],
      ['GatewayClass', 'gatewayclasses', ['gc'], clusterWide],
    ],
  ),
];

function istio(family: string): Pick<Resource, 'categories'> {
  return { categories: ['istio-io', `${family}-istio-io`] };
}
