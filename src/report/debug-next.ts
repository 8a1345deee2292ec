import type { Doubt, Finding } from '../debug/index.ts';
import { type KindedObject, listWords } from '../model/index.ts';
import { adviseFact } from './facts.ts';
import { quoteForShell } from './shell.ts';

/** What to look at next, as commands or, where there is none, in words. */
export function nextSteps({ cause, source, destination, evidence }: Finding): readonly string[] {
  switch (cause.kind) {
    case 'allowed':
      return [
        ...new Set(cause.doubts.flatMap((doubt) => nextOfDoubt(doubt, { source, destination, evidence }))),
      ];
    case 'denied': {
      const { agreement } = cause;
      if (agreement.kind !== 'absent') return [];
      const doubt: Doubt = { kind: 'stale manifest', policy: agreement.policy };
      return nextOfDoubt(doubt, { source, destination, evidence });
    }
    case 'unknown':
      if (cause.missing.length === 0) return ['say --port PORT'];
      return [...new Set(cause.missing.map(adviseFact))];
    case 'not placed':
      return placeAdvice(cause.ends, { source, destination });
    default:
      return [];
  }
}

type Around = Pick<Finding, 'source' | 'destination' | 'evidence'>;

/** Where kinds are asked for by their own names: networkpolicy alone would be Kubernetes'. */
const pluginKinds: Readonly<Record<string, string>> = {
  Cilium: 'ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies',
  Calico: 'networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org',
  Antrea: 'networkpolicies.crd.antrea.io,clusternetworkpolicies.crd.antrea.io',
  'OVN-Kubernetes': 'adminnetworkpolicies,baselineadminnetworkpolicies,egressfirewalls',
};

/** What shows whether a doubt is it. */
function nextOfDoubt(doubt: Doubt, around: Around): readonly string[] {
  switch (doubt.kind) {
    case 'stale manifest': {
      const { policy, object } = doubt;
      if (object !== undefined) return [getCommand(object)];
      if (policy?.name !== undefined && policy.kind !== undefined) {
        const where = policy.namespace === undefined ? '' : ` -n ${policy.namespace}`;
        return [`kubectl get ${policy.kind.toLowerCase()} ${quoteForShell(policy.name)}${where} -o yaml`];
      }
      const policies =
        around.evidence.at === 'network'
          ? 'networkpolicies'
          : 'authorizationpolicies,peerauthentications,requestauthentications';
      return [
        `kubectl get ns,nodes,pods,svc,${policies} -A -o yaml > cluster.yaml, and the same with -f cluster.yaml`,
      ];
    }
    case 'plaintext': {
      const { pod } = around.source;
      if (pod === undefined) return ['whether the client has a sidecar: kubectl get pods -A -o wide'];
      return [
        `kubectl get pod -n ${pod.namespace} -o jsonpath='{range .items[*]}{.metadata.name}: {.spec.initContainers[*].name} {.spec.containers[*].name}{"\\n"}{end}'`,
      ];
    }
    case 'address':
      return [`kubectl get pods,nodes,services -A -o wide | grep -F ${doubt.address}`];
    case 'other policies': {
      const { objects, plugin, named } = doubt;
      if (objects.length > 0) return objects.slice(0, 2).map(getCommand);
      if (plugin !== undefined && pluginKinds[plugin] !== undefined)
        return [`kubectl get ${pluginKinds[plugin]} -A`];
      return named === undefined ? [] : [`kubectl get ${named.toLowerCase()} -A`];
    }
    case 'Service port':
      return [getCommand(doubt.service)];
    default:
      return [];
  }
}

function getCommand({ kind, apiVersion, metadata }: KindedObject): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  const plain = kind.toLowerCase();
  const word =
    group === '' || kind === 'NetworkPolicy' || kind === 'AuthorizationPolicy' ? plain : `${plain}.${group}`;
  const where = metadata.namespace === '' ? '' : ` -n ${metadata.namespace}`;
  return `kubectl get ${word} ${metadata.name}${where} -o yaml`;
}

function placeAdvice(
  ends: readonly ('source' | 'destination')[],
  { source, destination }: Pick<Finding, 'source' | 'destination'>,
): readonly string[] {
  const flags = ends.map((end) =>
    end === 'source' ? '--from CLIENT' : '--pod NAMESPACE/POD (whose log it is) or --to SERVER',
  );
  const byAddress = ends
    .map((end) => (end === 'source' ? source : destination))
    // Where no pod lacks its address, giving them again tells nothing.
    .some(({ claim, others, conflicts }) => {
      const isOpen = others.length > 0 || conflicts.includes('pod name');
      return claim.ip !== undefined && !conflicts.includes('Service') && isOpen;
    });
  const isOfOthers = ends.some((end) =>
    (end === 'source' ? source : destination).conflicts.includes('Service'),
  );
  return [
    ...(isOfOthers ? ['give the manifests of the cluster that the log is of'] : []),
    ...(byAddress
      ? [
          'give the pods with their addresses: kubectl get pods -A -o yaml > pods.yaml, then -f pods.yaml as well',
        ]
      : []),
    `say ${listWords(flags)}`,
  ];
}
