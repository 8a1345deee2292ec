import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { suggestName } from '../../manifest/index.ts';
import { listNames, type ModelObject, podEndpoint } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import { makersWords } from '../network/absent.ts';
import { isSlip } from '../network/slip.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { type NamedIdentity, namedIdentity } from './named-identities.ts';
import { labelOfPod, podGroups } from './pod-groups.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import { isProxy, sitesWith } from './sites.ts';
import { valueFinding } from './value-findings.ts';
import { bytesTo, findWitness, httpTo, isRefusedByIstio } from './witnesses.ts';

/** Clients that a policy names and that there are not: no such namespace (PC3228), no such account (PC3229), or no identity, for want of a proxy (PC3230). */
export const missingClients: LintRule = {
  codes: ['PC3228', 'PC3229', 'PC3230'],
  *check(context) {
    const { cluster, objects } = context;
    if (cluster.pods.size === 0) return;
    const senders = sendersOf(cluster, objects);
    for (const value of valuesOf(cluster)) {
      const named = namedIdentity(value.field, value.value, value.policy.metadata.namespace);
      if (named === undefined) continue;
      const finding = checkName({ context, senders, value }, named);
      if (finding !== undefined) yield finding;
    }
  },
};

interface Senders {
  readonly podsByNamespace: ReadonlyMap<string, readonly ClusterPod[]>;
  /** Names of accounts, of pods and of ServiceAccount objects. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<string>>;
}

function sendersOf(cluster: Cluster, objects: readonly ModelObject[]): Senders {
  const pods = podGroups(cluster).map(({ pod }) => pod);
  const podsByNamespace = Map.groupBy(pods, ({ namespace }) => namespace);
  const accounts = new Map<string, Set<string>>();
  const add = (namespace: string, account: string): void => {
    const names = accounts.get(namespace) ?? new Set(['default']);
    accounts.set(namespace, names.add(account));
  };
  for (const { namespace, serviceAccount } of pods) add(namespace, serviceAccount);
  for (const { kind, metadata } of objects)
    if (kind === 'ServiceAccount') add(metadata.namespace, metadata.name);
  return { podsByNamespace, accounts };
}

interface Place {
  readonly context: LintContext;
  readonly senders: Senders;
  readonly value: PolicyValue;
}

function checkName(place: Place, named: NamedIdentity): Finding | undefined {
  const { cluster } = place.context;
  const { namespace, account } = named;
  if (!cluster.namespaces.has(namespace)) {
    return isThereAlways(cluster, namespace) ? undefined : noNamespace(place, namespace);
  }
  const pods = place.senders.podsByNamespace.get(namespace) ?? [];
  if (pods.length === 0) return undefined;
  const accounts = place.senders.accounts.get(namespace)!;
  if (account !== undefined && !accounts.has(account)) return noAccount(place, namespace, account, accounts);
  const senders = pods.filter(({ serviceAccount }) => account === undefined || serviceAccount === account);
  const withoutProxy = senders.filter(
    ({ membership, hostNetwork }) =>
      hostNetwork || (membership.kind === 'none' && membership.facts === undefined),
  );
  if (senders.length === 0 || withoutProxy.length < senders.length) return undefined;
  return noIdentity(place, senders);
}

/** Namespaces that a cluster with Istio has, whatever was given. */
function isThereAlways({ mesh }: Cluster, namespace: string): boolean {
  return namespace === 'default' || namespace.startsWith('kube-') || namespace === mesh.rootNamespace;
}

function noNamespace({ context, value }: Place, namespace: string): Finding {
  const near = [...context.cluster.namespaces.keys()].find((other) => isSlip(namespace, other));
  return valueFinding(value, {
    code: 'PC3228',
    severity: near === undefined ? 'info' : 'warning',
    reason: `there is no namespace ${namespace} in what was given`,
    help:
      near === undefined
        ? 'Correct the name, or give the manifests of that namespace too.'
        : `Did you mean ${near}?`,
  });
}

function noAccount(
  { context, value }: Place,
  namespace: string,
  account: string,
  accounts: ReadonlySet<string>,
): Finding {
  const near = suggestName(account, accounts);
  const makers = makersWords(context);
  return valueFinding(value, {
    code: 'PC3229',
    severity: makers === '' || near !== undefined ? 'warning' : 'info',
    reason: `no pod of namespace ${namespace} runs as service account ${account}, and there is no such account${makers}`,
    help:
      near === undefined
        ? `The accounts there are ${listNames([...accounts].sort(), 5)}.`
        : `Did you mean ${near}? Identities are of the service account, not of the Deployment or Service.`,
  });
}

function noIdentity(place: Place, senders: readonly ClusterPod[]): Finding {
  const { value } = place;
  const [pod] = senders as [ClusterPod, ...ClusterPod[]];
  const names = listNames(senders.map(labelOfPod));
  const witness = value.field.negated ? undefined : refusedRequest(place, senders);
  const finding = valueFinding(value, {
    code: 'PC3230',
    reason: `${names} ${senders.length === 1 ? 'is' : 'are'} outside the mesh and so without identity: ${pod.membership.why}`,
    help: 'Put the clients into the mesh, or let them in by ipBlocks (they are seen by their address alone).',
  });
  return witness === undefined ? finding : { ...finding, proof: { kind: 'witness', witnesses: [witness] } };
}

/** An ALLOW policy turns away whom it names. */
function refusedRequest(
  { context, value: { policy } }: Place,
  senders: readonly ClusterPod[],
): Witness | undefined {
  if (policy.spec.action !== 'ALLOW') return undefined;
  const requests = sitesWith(context.cluster, policy)
    .filter((site) => site.service === undefined && (isProxy(site) || site.kind === 'ztunnel'))
    .slice(0, 5)
    .flatMap((site) =>
      site.ports
        .slice(0, 2)
        .flatMap((port) =>
          senders
            .slice(0, 3)
            .map((pod) => (port.protocol === 'http' ? httpTo : bytesTo)(site, port, podEndpoint(pod))),
        ),
    );
  return findWitness(context, requests, isRefusedByIstio, 'named by the policy, and turned away');
}
