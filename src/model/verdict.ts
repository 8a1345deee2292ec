import type { AuthorizationAction } from './istio.ts';
import type { KindedObject } from './object.ts';
import type { FieldPath } from './source.ts';
import type { Fact } from './truth.ts';

export type Outcome = 'allow' | 'deny' | 'unknown';

export type Layer =
  | 'service'
  | 'egress policy'
  | 'ingress policy'
  | 'mutual TLS'
  | 'request authentication'
  | 'authorization';

/** Where a step is enforced. */
export type EnforcementPoint =
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'node'; readonly pod: string }
  | { readonly kind: 'sidecar'; readonly pod: string }
  | { readonly kind: 'gateway'; readonly pod: string }
  | { readonly kind: 'ztunnel'; readonly pod: string }
  | { readonly kind: 'waypoint'; readonly name: string }
  | { readonly kind: 'outside'; readonly address: string };

/** A condition of a rule that did not hold: its field, what it wanted and what the request had. */
export interface FailedCondition {
  readonly path: FieldPath;
  readonly wanted: string;
  readonly got: string;
}

/** The rule that came closest, and exactly what kept it from matching. */
export interface NearMiss {
  readonly policy: KindedObject;
  /** Of the rule: `['spec', 'rules', 2]`. */
  readonly path: FieldPath;
  /** Envoy's key of the rule, for AuthorizationPolicy. */
  readonly id?: string;
  readonly failed: readonly FailedCondition[];
}

/** A rule, policy or setting that decided: an object and the field in it. */
export interface PolicyReference {
  readonly policy: KindedObject;
  readonly path: FieldPath;
  /** Envoy's key `ns[NS]-policy[NAME]-rule[I]`, for AuthorizationPolicy. */
  readonly id?: string;
  /** What the rule says: Allow, Accept, Deny, Pass, ALLOW, DENY, AUDIT, CUSTOM. */
  readonly action?: string;
  /** Which tier the rule belongs to. */
  readonly tier?: 'Admin' | 'NetworkPolicy' | 'Baseline';
}

/** Why a Service leads nowhere. */
export type NoEndpoint =
  | 'no pod matches the selector'
  | 'no pod is ready'
  | 'no selector and no EndpointSlice'
  | 'no ready endpoint in its EndpointSlices'
  | 'no pod declares the port name';

/** Why a step came out as it did. Data, never prose: `report/` finds the words. */
export type Reason =
  | {
      readonly kind: 'matched rule';
      readonly rule: PolicyReference;
      readonly passed?: readonly PolicyReference[];
    }
  | {
      readonly kind: 'isolated, nothing matched';
      readonly policies: readonly KindedObject[];
      readonly nearMisses: readonly NearMiss[];
    }
  | {
      readonly kind: 'no policy selects';
      readonly passed?: readonly PolicyReference[];
      readonly nearMisses?: readonly NearMiss[];
    }
  | { readonly kind: 'not subject'; readonly why: 'host network' | 'outside the cluster' | 'node' }
  | { readonly kind: 'self traffic' }
  | { readonly kind: 'own node' }
  | {
      readonly kind: 'missing facts';
      readonly facts: readonly Fact[];
      readonly nearMisses?: readonly NearMiss[];
    }
  | {
      readonly kind: 'resolved';
      readonly service: KindedObject;
      readonly port: number;
      readonly targetPort: number;
      readonly backends: readonly string[];
      readonly path?: FieldPath;
    }
  | {
      readonly kind: 'no endpoint';
      readonly service: KindedObject;
      readonly why: NoEndpoint;
      readonly path?: FieldPath;
    }
  | {
      readonly kind: 'no such port';
      readonly service: KindedObject;
      readonly port: number | string;
      readonly ports: readonly string[];
    }
  | { readonly kind: 'direct' }
  | { readonly kind: 'external name'; readonly service: KindedObject; readonly host: string }
  | {
      readonly kind: 'tls';
      readonly transport: Transport;
      readonly mode: 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';
      readonly identity: string | undefined;
      readonly decidedBy?: PolicyReference;
      readonly client?: PolicyReference;
      readonly why?: TlsTrouble;
    }
  | {
      readonly kind: 'not in mesh';
      readonly pod: string;
      readonly why: string;
      readonly policies?: readonly KindedObject[];
    }
  | { readonly kind: 'token'; readonly text: string; readonly rule?: PolicyReference }
  | { readonly kind: 'no token rule' }
  | { readonly kind: 'no policy of this action' }
  | {
      readonly kind: 'authorizer';
      readonly provider: string;
      readonly answer: 'allow' | 'deny' | 'not known';
      readonly rule: PolicyReference;
    }
  | { readonly kind: 'bad authorizer'; readonly rule: PolicyReference; readonly why: string }
  | { readonly kind: 'bad request'; readonly detail: string };

export type Transport = 'mutual TLS' | 'HBONE' | 'TLS' | 'plaintext';

export type TlsTrouble =
  | 'plaintext to STRICT'
  | 'client TLS to a plaintext port'
  | 'foreign trust domain'
  | 'client certificate is not of the mesh'
  | 'server cannot terminate the client TLS';

/** One layer at one place: what it did with the request and why. */
export interface Step {
  readonly layer: Layer;
  readonly at: EnforcementPoint;
  readonly outcome: Outcome | 'not applicable';
  readonly because: Reason;
  /** The filter of the authorization layer that speaks. */
  readonly filter?: AuthorizationAction;
  /** Results of dry-run policies of this filter: what they would have said. */
  readonly shadow?: ShadowResult;
  /** Policies that look as if they counted here, and do not, or not as they were written. */
  readonly notes?: readonly PolicyNote[];
  /** True for a deny behind the one that decided: it would have denied too. */
  readonly afterDecision?: boolean;
}

/** What the dry-run policies of a filter would have decided; `id` is the matched rule's key, undefined = none matched. */
export interface ShadowResult {
  readonly result: 'allowed' | 'denied';
  readonly rule?: PolicyReference;
}

/** A policy for a pod that the place of a step does not have, or not as it was written; today only ztunnel. */
export interface PolicyNote {
  readonly policy: KindedObject;
  readonly why:
    | 'dry run'
    | 'targetRefs'
    | 'action'
    | 'selector without labels'
    | 'HTTP rules omitted'
    | 'enforced without HTTP attributes'
    | 'no effect without HTTP attributes'
    | 'trustDomains ignored';
  /** The attributes that are left out, by name. */
  readonly attributes: readonly string[];
  /** istiod's words in the policy's status, where it has any. */
  readonly message?: string;
}

/** What the caller sees. */
export type Symptom =
  | { readonly kind: 'response' }
  | { readonly kind: 'connect timeout' }
  | { readonly kind: 'connection refused' }
  | { readonly kind: 'connection reset' }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      /** Envoy's response code details, as its access log shows them. */
      readonly details?: string;
      /** Envoy's response flag: UF, UC, NR, UH, UAEX. */
      readonly flag?: string;
      /** Seconds that the caller waits for it, where it is not at once. */
      readonly after?: number;
    };

/** The answer to a request, with its proof. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly symptom: Symptom | undefined;
  /** The step that settled it. */
  readonly decidedBy: Step;
  /** Every layer in packet order, also those that allowed. */
  readonly steps: readonly Step[];
  /** What an unknown outcome depends on; empty otherwise. */
  readonly missing: readonly Fact[];
  /** Assumptions that the verdict leaned on (an address somewhere in podCIDRs), in words. */
  readonly assumed: readonly string[];
}
