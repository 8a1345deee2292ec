import type {
  AuthorizationPolicy,
  KindedObject,
  Labels,
  PeerAuthentication,
  PolicyTargetReference,
  RequestAuthentication,
} from '../../model/index.ts';
import { toPlainValue } from '../../yaml/index.ts';
import type { Decoder } from '../kit/index.ts';
import { anything, objectStruct } from '../kit/index.ts';
import type {
  Attachment,
  AuthorizationSpec,
  JwtSpec,
  PeerSpec,
  RequestSpec,
  WorkloadSelector,
} from './messages.ts';
import { describeVerdicts } from './problems.ts';
import { askWebhook } from './webhook.ts';

/** Reads AuthorizationPolicy. */
export const authorizationDecoder: Decoder<AuthorizationPolicy> = securityDecoder(
  'AuthorizationPolicy',
  (head, spec: AuthorizationSpec) => ({
    ...head,
    kind: 'AuthorizationPolicy',
    spec: {
      ...readSelector(spec.selector),
      targetRefs: readTargets(spec),
      action: spec.action ?? 'ALLOW',
      ...(spec.provider?.name !== undefined && { provider: spec.provider.name }),
      rules: (spec.rules ?? []).map(({ from = [], to = [], when = [] }) => ({
        from: from.map(({ source }) => source),
        to: to.map(({ operation }) => operation),
        when: when.map((condition) => ({ ...condition, key: condition.key ?? '' })),
      })),
    },
  }),
);

/** Reads PeerAuthentication. */
export const peerDecoder: Decoder<PeerAuthentication> = securityDecoder(
  'PeerAuthentication',
  (head, spec: PeerSpec) => ({
    ...head,
    kind: 'PeerAuthentication',
    spec: {
      ...readSelector(spec.selector),
      mode: spec.mtls?.mode ?? 'UNSET',
      portLevel: new Map([...(spec.portLevelMtls ?? [])].map(([port, { mode = 'UNSET' }]) => [port, mode])),
    },
  }),
);

/** Reads RequestAuthentication. */
export const requestDecoder: Decoder<RequestAuthentication> = securityDecoder(
  'RequestAuthentication',
  (head, spec: RequestSpec) => ({
    ...head,
    kind: 'RequestAuthentication',
    spec: {
      ...readSelector(spec.selector),
      targetRefs: readTargets(spec),
      jwtRules: (spec.jwtRules ?? []).map(readJwtRule),
    },
  }),
);

/** The spec's shape is left to Istio's own judges, so `shape` asks nothing of it. */
function securityDecoder<T extends KindedObject, Spec extends object>(
  kind: T['kind'],
  read: (head: KindedObject, spec: Spec) => T,
): Decoder<T> {
  return {
    group: 'security.istio.io',
    versions: ['v1', 'v1beta1'],
    kind,
    namespaced: true,
    policy: true,
    custom: true,
    shape: objectStruct(kind, { spec: anything, status: anything }),
    decode: (root, head, problems) => {
      // Only what is Istio's to judge; fields beside `spec` are held against `shape`.
      const { apiVersion, metadata } = head;
      const fields = toPlainValue(root) as Readonly<Record<string, unknown>>;
      const json = { apiVersion, kind, metadata, ...('spec' in fields && { spec: fields.spec }) };
      const verdict = askWebhook(kind, json);
      problems.push(...describeVerdicts(kind, json, verdict));
      return read(head, (verdict.spec ?? {}) as Spec);
    },
  };
}

function readSelector(selector: WorkloadSelector | undefined): {
  readonly selector?: { matchLabels: Labels };
} {
  if (selector === undefined) return {};
  return { selector: { matchLabels: Object.fromEntries(selector.matchLabels ?? []) } };
}

/** `targetRefs`, or the older `targetRef` where there are none. */
function readTargets({ targetRef, targetRefs }: Attachment): readonly PolicyTargetReference[] {
  const targets = targetRefs ?? (targetRef === undefined ? [] : [targetRef]);
  return targets.map(({ group = '', kind = '', name = '', namespace = '' }) => ({
    group,
    kind,
    name,
    ...(namespace !== '' && { namespace }),
  }));
}

function readJwtRule(rule: JwtSpec): RequestAuthentication['spec']['jwtRules'][number] {
  const { jwks = '', jwksUri = '', outputPayloadToHeader = '' } = rule;
  return {
    issuer: rule.issuer ?? '',
    audiences: rule.audiences ?? [],
    ...(jwks !== '' && { jwks }),
    ...(jwksUri !== '' && { jwksUri }),
    fromHeaders: (rule.fromHeaders ?? []).map(({ name = '', prefix = '' }) => ({ name, prefix })),
    fromParams: rule.fromParams ?? [],
    fromCookies: rule.fromCookies ?? [],
    spaceDelimitedClaims: rule.spaceDelimitedClaims ?? [],
    forwardOriginalToken: rule.forwardOriginalToken ?? false,
    ...(outputPayloadToHeader !== '' && { outputPayloadToHeader }),
    outputClaimToHeaders: (rule.outputClaimToHeaders ?? []).map(({ header = '', claim = '' }) => ({
      header,
      claim,
    })),
  };
}
