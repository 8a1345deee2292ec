import { type AuthorizationPolicy, describeObject, type Request } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { closingFields, findEscape } from './closing-fields.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { requestsFor } from './rule-requests.ts';
import { isProxy, sitesWith } from './sites.ts';
import { isByRule, isMissedBy } from './witnesses.ts';

/** Hosts without a port: a client that writes one (as it must for any port but 80 and 443) is not meant by them. */
export const hostPorts: LintRule = {
  codes: ['PC3283'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const closing = closingFields(policy, 'hosts');
      for (const field of fieldsOf(policy)) {
        if (field.field !== 'hosts' || !field.values.some(isPlain)) continue;
        const finding = closing.includes(field)
          ? escapes(context, policy, field)
          : policy.spec.action === 'ALLOW'
            ? turnedAway(context, policy, field)
            : undefined;
        if (finding !== undefined) yield finding;
      }
    }
  },
};

/** A value that a host with a port does not match. */
function isPlain(value: string): boolean {
  return value !== '*' && !value.includes(':') && !value.endsWith('*');
}

function escapes(context: LintContext, policy: AuthorizationPolicy, field: RuleField): Finding | undefined {
  const index = field.values.findIndex(isPlain);
  const host = sampleOf(field.values[index]!);
  const proof = findEscape(
    context,
    policy,
    field.rule,
    (request, servicePort) => withHosts(request, host, `${host}:${servicePort ?? 80}`),
    'the host with its port',
  );
  if (proof === undefined) return undefined;
  return {
    code: 'PC3283',
    severity: 'warning',
    message: `${describeObject(policy)}: ${field.written} ${JSON.stringify(field.values[index])} does not keep out a client that writes the port behind the host`,
    object: policy,
    path: [...field.path, index],
    help: `List the host with any port too: ${JSON.stringify(`${host}:*`)}.`,
    proof,
  };
}

/** Clients of a port other than 80 write it behind the host, and the rule does not let them in. */
function turnedAway(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
): Finding | undefined {
  const { cluster } = context;
  for (const site of sitesWith(cluster, policy).filter(isProxy).slice(0, 6)) {
    for (const port of site.ports) {
      const asked = port.servicePort?.port;
      if (asked === undefined || asked === 80 || asked === 443 || port.protocol === 'tcp') continue;
      const { name, namespace } = port.service!.metadata;
      const names = [
        name,
        `${name}.${namespace}`,
        `${name}.${namespace}.svc`,
        `${name}.${namespace}.svc.cluster.local`,
      ];
      const index = field.values.findIndex((value) => names.includes(value));
      if (index < 0) continue;
      const host = field.values[index]!;
      for (const request of requestsFor(cluster, site, port, policy, field.rule)) {
        const [plain, ported] = withHosts(request, host, `${host}:${asked}`) ?? [];
        if (plain === undefined || ported === undefined) break;
        const passes = context.decide(plain);
        if (passes.outcome !== 'allow' || !isByRule(policy, field.rule, passes)) continue;
        if (!isMissedBy(policy, context.decide(ported))) continue;
        return {
          code: 'PC3283',
          severity: 'warning',
          message: `${describeObject(policy)}: ${field.written} ${JSON.stringify(host)} turns away clients of port ${asked}, who write it behind the host`,
          object: policy,
          path: [...field.path, index],
          help: `List the host with its port too: ${JSON.stringify(`${host}:${asked}`)}, or ${JSON.stringify(`${host}:*`)}.`,
          proof: {
            kind: 'witness',
            witnesses: [
              context.witness(ported, 'as clients of the port write it'),
              context.witness(plain, 'without the port'),
            ],
          },
        };
      }
    }
  }
  return undefined;
}

function withHosts(
  request: Request,
  ...hosts: readonly [string, string]
): readonly [Request, Request] | undefined {
  if (request.http === undefined) return undefined;
  const { http } = request;
  const withHost = (host: string): Request => ({ ...request, http: { ...http, host } });
  return [withHost(hosts[0]), withHost(hosts[1])];
}

function sampleOf(value: string): string {
  return value.startsWith('*') ? `any${value.slice(1)}` : value;
}
