import { notSaid, type Reason, type Step } from '../../../src/model/index.ts';
import type { ProxyVerdict } from '../../../src/verdict/index.ts';

/** A proxy's verdict in the words of the recordings; a field that they would not have is left out. */
export interface Observed extends Readonly<Record<string, unknown>> {
  /** The client's address after X-Forwarded-For, where an RBAC filter ran. */
  readonly remoteIp?: string;
}

/** What the recordings would say of a verdict on a request for `path`. */
export function observedOf(verdict: ProxyVerdict, path: string | undefined): Observed {
  if (verdict.chain === undefined) return { decision: 'refused' };
  const ran = verdict.steps.filter((step) => step.afterDecision !== true);
  const filters = ran.filter((step) => step.filter !== undefined);
  return {
    ...decisionOf(verdict),
    ...pathOf(verdict, path),
    ...enforcedBy(verdict, filters),
    ...auditOf(filters),
    ...shadowOf(filters),
    ...customOf(filters),
    ...remoteIpOf(verdict, filters),
  };
}

function decisionOf({ outcome, chain, symptom, decidedBy }: ProxyVerdict): Readonly<Record<string, unknown>> {
  if (outcome === 'unknown') return { decision: 'unknown', because: decidedBy.because };
  if (chain === 'TCP') return { decision: outcome };
  if (outcome === 'allow') return { status: 200, decision: 'allow' };
  if (symptom?.kind !== 'http') return { decision: 'deny', symptom };
  const { status, details, body } = symptom;
  const decision = status === 401 ? 'unauthenticated' : status === 400 ? 'bad-request' : 'deny';
  const rule = ruleOf(decidedBy.because);
  const expected = `rbac_access_denied_matched_policy[${rule}]`;
  if (isRbac(decidedBy) && details === expected && body === 'RBAC: access denied')
    return { status, decision };
  return { status, decision, details, ...(body === undefined ? {} : { body }) };
}

/** True for a step of an RBAC filter that enforces. */
function isRbac({ filter }: Step): boolean {
  return filter === 'DENY' || filter === 'ALLOW';
}

function ruleOf(because: Reason): string {
  return (
    (because.kind === 'matched rule' || because.kind === 'bad authorizer' ? because.rule.id : undefined) ??
    'none'
  );
}

function pathOf({ proxied }: ProxyVerdict, sent: string | undefined): { readonly path?: string } {
  const path = proxied?.path;
  return path === undefined || path === notSaid || path === sent ? {} : { path };
}

function enforcedBy(
  { outcome, decidedBy }: ProxyVerdict,
  filters: readonly Step[],
): { readonly enforcedBy?: string } {
  if (outcome === 'deny' && !isRbac(decidedBy)) return {};
  const last = filters.findLast(isRbac);
  return { enforcedBy: last === undefined ? 'none' : ruleOf(last.because) };
}

function auditOf(filters: readonly Step[]): Readonly<Record<string, unknown>> {
  const audit = filters.find(({ filter }) => filter === 'AUDIT');
  if (audit === undefined) return {};
  const id = ruleOf(audit.because);
  return id === 'none' ? { audited: false } : { audited: true, auditedBy: id };
}

function shadowOf(filters: readonly Step[]): { readonly shadow?: unknown } {
  const shadow = filters.flatMap(({ shadow: result, filter }) =>
    result === undefined
      ? []
      : [{ action: filter?.toLowerCase(), result: result.result, policyId: result.rule?.id ?? 'none' }],
  );
  return shadow.length === 0 ? {} : { shadow };
}

function customOf(filters: readonly Step[]): Readonly<Record<string, unknown>> {
  const custom = filters.filter(({ filter }) => filter === 'CUSTOM');
  const asked = custom.map(({ because }) => because).find((because) => because.kind === 'authorizer');
  if (asked !== undefined) return { customMatched: asked.rule.id, authorizerCalled: true };
  return custom.length === 0 ? {} : { customMatched: 'none', authorizerCalled: false };
}

function remoteIpOf({ proxied }: ProxyVerdict, filters: readonly Step[]): { readonly remoteIp?: string } {
  const judged = filters.some(({ because, shadow }) => because.kind !== 'no policy of this action' || shadow);
  const remote = proxied?.remoteAddress;
  return judged && typeof remote === 'string' ? { remoteIp: remote } : {};
}
