import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  listWords,
  podEndpoint,
  type Verdict,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { clientsOf } from './clients.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { type Site, sitesWith, targetOf } from './sites.ts';
import { replaceValue } from './value-findings.ts';
import { bytesTo, findWitness, httpTo, isMissedBy } from './witnesses.ts';

/** `ports` with the port of the Service where the pod's counts (PC3281), or with one that nobody listens on (PC3282). */
export const policyPorts: LintRule = {
  codes: ['PC3281', 'PC3282'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const fields = fieldsOf(policy).filter(({ field }) => field === 'ports');
      if (fields.length === 0) continue;
      const sites = sitesWith(context.cluster, policy);
      if (sites.length === 0 || sites.some(({ ports }) => ports.length === 0)) continue;
      for (const field of fields) {
        for (const index of field.values.keys()) yield* checkPort(context, policy, field, index, sites);
      }
    }
  },
};

function* checkPort(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  index: number,
  sites: readonly Site[],
): Iterable<Finding> {
  const value = field.values[index]!;
  const port = Number(value);
  if (sites.some(({ ports }) => ports.some(({ number }) => number === port))) return;
  const meant = [...new Set(sites.flatMap((site) => portsMeant(site, port)))];
  const names = listNames(sites.map(({ label }) => label));
  const path = [...field.path, index];
  const effect = field.negated ? ', so it makes no exception' : '';
  const witness = meant.length === 0 || field.negated ? undefined : witnessOf(context, policy, sites, port);
  const waypoint = sites.every(({ kind }) => kind === 'waypoint');
  const listening = [...new Set(sites.flatMap(({ ports }) => ports.map(({ number }) => number)))].sort(
    (a, b) => a - b,
  );
  const reason = `the ports ${waypoint ? 'of the Services' : 'known'} at ${names} are ${listWords(listening.map(String))}`;
  const fix = meant.length === 1 ? replaceValue(policy, path, value, `${meant[0]}`) : undefined;
  yield {
    code: meant.length > 0 ? 'PC3281' : 'PC3282',
    severity: meant.length > 0 ? 'warning' : 'info',
    message: `${describeObject(policy)}: ${field.written} ${value} never matches${effect}${meant.length === 0 ? '' : waypoint ? ': a waypoint is asked for the port of the Service' : ': the proxy sees the port of the pod, not that of the Service'}`,
    object: policy,
    path,
    help:
      meant.length > 0
        ? `Write ${listWords(meant.map(String))}.`
        : 'Correct the port, or declare it in the container if it is there.',
    proof:
      witness === undefined ? { kind: 'never matches', reason } : { kind: 'witness', witnesses: [witness] },
    ...(fix !== undefined && { fix }),
  };
}

/** The ports that a proxy sees where someone thinks of `port`: at a waypoint those of the Service, elsewhere those of the pod. */
function portsMeant({ kind, pod, service, ports }: Site, port: number): readonly number[] {
  if (kind === 'waypoint') {
    return ports.filter(({ servicePort }) => servicePort?.targetPort === port).map(({ number }) => number);
  }
  const services = service === undefined ? pod.services : [service];
  return services.flatMap(({ spec }) =>
    spec.ports
      .filter((each) => each.protocol === 'TCP' && each.port === port)
      .map((each) => targetOf(pod, each))
      .filter((target) => target !== undefined),
  );
}

/** A request to the port that someone had in mind, which an ALLOW policy turns away and a DENY policy lets pass. */
function witnessOf(
  context: LintContext,
  policy: AuthorizationPolicy,
  sites: readonly Site[],
  asked: number,
): Witness | undefined {
  const { action } = policy.spec;
  const clients = [...clientsOf(context.cluster).inMesh.values()].slice(0, 6);
  const requests = sites.slice(0, 4).flatMap((site) => {
    const wanted = portsMeant(site, asked);
    const port = site.ports.find(({ number }) => wanted.includes(number));
    if (port === undefined) return [];
    return clients
      .filter(({ key }) => key !== site.pod.key)
      .map((pod) => (port.protocol === 'tcp' ? bytesTo : httpTo)(site, port, podEndpoint(pod)));
  });
  const isWanted = (verdict: Verdict): boolean =>
    action === 'DENY' ? verdict.outcome === 'allow' : action === 'ALLOW' && isMissedBy(policy, verdict);
  return findWitness(context, requests, isWanted, action === 'DENY' ? 'passes all the same' : 'turned away');
}
