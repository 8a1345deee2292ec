import type { FailedCondition, NearMiss } from '../../model/index.ts';
import { adminProposals } from './admin-proposals.ts';
import { allowProposals } from './allow-proposals.ts';
import type { Denial } from './denial.ts';
import { denyProposals } from './deny-proposals.ts';
import { networkProposals } from './network-proposals.ts';
import type { Proposal } from './proposal.ts';
import { serviceProposals } from './service-proposals.ts';
import { permitPlaintext, tlsProposals } from './tls-proposals.ts';
import type { Advice, NoFix } from './types.ts';

/** What could be tried against a denial; `blocked`: why no edit of a policy is in order. */
export interface Proposals {
  readonly proposals: readonly Proposal[];
  readonly blocked?: NoFix;
  readonly advice: readonly Advice[];
}

/** Looks at the layer that denies, and proposes. */
export function propose(denial: Denial): Proposals {
  const { step, leg } = denial;
  const { because } = step;
  const only = (blocked: NoFix, ...advice: Advice[]): Proposals => ({ proposals: [], blocked, advice });
  const some = (proposals: readonly Proposal[], ...advice: Advice[]): Proposals => ({ proposals, advice });
  switch (because.kind) {
    case 'token':
      return only(
        { kind: 'token', step },
        { kind: 'send a token', text: because.text, ...pickRule(because.rule) },
      );
    case 'bad request':
      return only({ kind: 'bad request', step });
    case 'authorizer':
      return only({ kind: 'authorizer', step, provider: because.provider });
    case 'bad authorizer':
      return only({ kind: 'authorizer', step, provider: because.why });
    case 'no endpoint': {
      const proposals = serviceProposals(denial, because);
      return proposals.length === 0 ? only({ kind: 'no endpoint', step }) : some(proposals);
    }
    case 'no such port':
      return only({ kind: 'no endpoint', step });
    case 'tls': {
      if (leg === undefined) return only({ kind: 'client', step });
      const proposals = tlsProposals(denial, leg, because);
      if (proposals.length === 0) return only({ kind: 'client', step }, ...intoMesh(denial));
      return some(proposals, ...intoMesh(denial));
    }
    case 'isolated, nothing matched': {
      if (leg === undefined) return some([]);
      const { policies, nearMisses } = because;
      if (step.layer !== 'authorization') return some(networkProposals(denial, leg, policies, nearMisses));
      const token = nearMisses[0] !== undefined && lacksOnlyToken(nearMisses[0]);
      if (token)
        return only(
          { kind: 'token', step },
          { kind: 'send a token', text: nearMisses[0]!.failed[0]!.wanted },
        );
      return some(allowProposals(denial, leg, policies, nearMisses), ...plaintextAdvice(denial));
    }
    case 'matched rule': {
      const { rule } = because;
      if (leg === undefined) return some([]);
      if (step.layer !== 'authorization') return some(adminProposals(denial, leg, rule));
      if (rule.policy.kind === 'PeerAuthentication')
        return some(permitPlaintext(denial, leg, rule), ...intoMesh(denial));
      if (rule.policy.kind !== 'AuthorizationPolicy') return some([]);
      return some(denyProposals(denial, rule));
    }
    default:
      return some([]);
  }
}

function pickRule<R>(rule: R | undefined): { readonly rule?: R } {
  return rule === undefined ? {} : { rule };
}

/** Does a rule match but for what only a token could bring? */
function lacksOnlyToken({ failed }: NearMiss): boolean {
  return failed.length > 0 && failed.every(asksForToken);
}

function asksForToken({ path, got }: FailedCondition): boolean {
  const last = String(path.at(-1));
  if (/^requestPrincipals$/.test(last)) return true;
  return got === 'no token';
}

/** A client that could have an identity, and has none; or has one, and does not show it for want of a Service. */
function intoMesh({ cluster, leg }: Denial): readonly Advice[] {
  const [pod, called] = [leg?.from.pod, leg?.to.pod];
  if (pod === undefined) return [];
  if (pod.membership.kind === 'none') return [{ kind: 'put the client into the mesh', pod: pod.key }];
  if (pod.membership.kind !== 'sidecar' || called === undefined || leg?.identity !== undefined) return [];
  const isServed = [...cluster.podsByService.values()].some((keys) => keys.includes(called.key));
  return isServed ? [] : [{ kind: 'give the Service', pod: called.key, client: pod.key }];
}

function plaintextAdvice(denial: Denial): readonly Advice[] {
  return denial.leg?.identity === undefined ? intoMesh(denial) : [];
}
