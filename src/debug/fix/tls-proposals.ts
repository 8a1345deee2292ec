import type { ClusterPod } from '../../cluster/index.ts';
import type { DestinationRule, PeerAuthentication, PolicyReference, Reason } from '../../model/index.ts';
import type { Leg } from '../../verdict/index.ts';
import type { Denial } from './denial.ts';
import { labelsNaming } from './pod-labels.ts';
import { policyName } from './policy-names.ts';
import { oneEdit, type PlainObject, type Proposal } from './proposal.ts';

/** What may help where a handshake fails: the client's DestinationRule where one is at fault, else plaintext on the one port. */
export function tlsProposals(
  denial: Denial,
  leg: Leg,
  because: Extract<Reason, { kind: 'tls' }>,
): readonly Proposal[] {
  const { client, decidedBy, why } = because;
  if (client?.policy.kind === 'DestinationRule') {
    if (why === 'plaintext to STRICT') return setMode(denial, client, 'ISTIO_MUTUAL');
    if (why === 'client TLS to a plaintext port') return setMode(denial, client, 'DISABLE');
    return [];
  }
  if (why !== 'plaintext to STRICT' || decidedBy === undefined) return [];
  return permitPlaintext(denial, leg, decidedBy);
}

/** PERMISSIVE on the port of the request, and nowhere else; where a policy for the workload decides in that, else in a new one. */
export function permitPlaintext(
  denial: Denial,
  leg: Leg,
  { policy, path }: PolicyReference,
): readonly Proposal[] {
  const strict = policy as PeerAuthentication;
  const { pod } = leg.to;
  if (strict.kind !== 'PeerAuthentication' || pod === undefined) return [];
  const mode = { mode: 'PERMISSIVE' };
  const port = `${leg.port}`;
  if (strict.spec.selector !== undefined && strict.metadata.namespace === pod.namespace) {
    const ofPort = strict.spec.portLevel.has(leg.port);
    const at = ['spec', 'portLevelMtls', port];
    const edit = ofPort
      ? ({ op: 'set', path: [...at, 'mode'], value: 'PERMISSIVE' } as const)
      : ({ op: 'set', path: at, value: mode } as const);
    return [oneEdit('set field', strict, edit, 'PERMISSIVE')];
  }
  const own = newPolicy(denial, leg, pod, strict, { [port]: mode });
  const whole = path.includes('mtls') ? path : ['spec', 'mtls', 'mode'];
  return [
    ...(own === undefined ? [] : [own]),
    oneEdit('set field', strict, { op: 'set', path: whole, value: 'PERMISSIVE' }, 'PERMISSIVE'),
  ];
}

function newPolicy(
  { cluster }: Denial,
  leg: Leg,
  pod: ClusterPod,
  beside: PeerAuthentication,
  portLevelMtls: PlainObject,
): Proposal | undefined {
  const matchLabels = labelsNaming(cluster, pod);
  if (Object.keys(matchLabels).length === 0) return undefined;
  const { namespace } = pod;
  const name = policyName(cluster, namespace, leg.from, leg.to, `-${leg.port}`);
  return {
    kind: 'new',
    beside,
    value: {
      apiVersion: beside.apiVersion,
      kind: 'PeerAuthentication',
      metadata: { name, namespace },
      spec: { selector: { matchLabels }, mtls: { mode: 'STRICT' }, portLevelMtls },
    },
  };
}

/** Another mode where a DestinationRule has the one that decided: there, or where it is for more hosts than this one, in a rule for this one. */
function setMode({ target }: Denial, { policy, path }: PolicyReference, mode: string): readonly Proposal[] {
  const rule = policy as DestinationRule;
  const { service, servicePort } = target ?? {};
  if (service === undefined || servicePort === undefined) return [];
  const { portLevel } = rule.spec.trafficPolicy ?? { portLevel: new Map() };
  const ofPort = path.includes('portLevelSettings');
  const index = [...portLevel.keys()].indexOf(servicePort.port);
  const at = ofPort ? [...path, index, 'tls', 'mode'] : path;
  const edit = oneEdit('set field', rule, { op: 'set', path: at, value: mode }, mode);
  if (!rule.spec.host.startsWith('*')) return [edit];
  const { namespace, name } = service.metadata;
  const value: PlainObject = {
    apiVersion: rule.apiVersion,
    kind: 'DestinationRule',
    metadata: { name: `${name}-${namespace}`, namespace: rule.metadata.namespace },
    spec: { host: `${name}.${namespace}.svc.cluster.local`, trafficPolicy: { tls: { mode } } },
  };
  return [edit, { kind: 'new', value, beside: rule }];
}
