import type { AuthorizationPolicy, Request } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { Proof } from '../types.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { requestsFor } from './rule-requests.ts';
import { isProxy, sitesWith } from './sites.ts';
import { isDeniedByRule, isMissedBy } from './witnesses.ts';

/** Fields by which a policy keeps requests out: what a DENY rule names, and the exceptions of an ALLOW rule. Whoever gets past them is in. */
export function closingFields(policy: AuthorizationPolicy, name: string): readonly RuleField[] {
  const { action } = policy.spec;
  if (action !== 'ALLOW' && action !== 'DENY') return [];
  return fieldsOf(policy).filter(({ field, negated }) => field === name && negated === (action === 'ALLOW'));
}

const mostSites = 4;
const mostRequests = 3;

/**
 * A request that a closing field keeps out, and a variant of it that gets past; undefined where there is none. `vary` gives the request with the value that the
 * field names, and such variants.
 */
export function findEscape(
  context: LintContext,
  policy: AuthorizationPolicy,
  rule: number,
  vary: (request: Request, servicePort: number | undefined) => readonly [Request, ...Request[]] | undefined,
  shows: string,
): Proof | undefined {
  const { cluster } = context;
  for (const site of sitesWith(cluster, policy).filter(isProxy).slice(0, mostSites)) {
    for (const port of site.ports) {
      if (port.protocol === 'tcp') continue;
      for (const request of take(requestsFor(cluster, site, port, policy, rule), mostRequests)) {
        const varied = vary(request, port.servicePort?.port);
        if (varied === undefined) continue;
        const [named, ...variants] = varied;
        const verdict = context.decide(named);
        if (!isDeniedByRule(policy, rule, verdict) && !isMissedBy(policy, verdict)) continue;
        const escaping = variants.find((variant) => context.decide(variant).outcome === 'allow');
        if (escaping === undefined) continue;
        return {
          kind: 'witness',
          witnesses: [context.witness(escaping, shows), context.witness(named, 'as the rule names it')],
        };
      }
    }
  }
  return undefined;
}

function* take<T>(items: Iterable<T>, most: number): Iterable<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === most) return;
    yield item;
  }
}
