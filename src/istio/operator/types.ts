import type { FieldPath, Span } from '../../model/index.ts';
import type {
  ComponentFinding,
  IstioVersion,
  Release,
  Rendering,
  Value,
  Values,
} from '../components/index.ts';

/** An IstioOperator file as it reads: YAML 1.1 made JSON, so that every number is a float. Nothing of it is decoded or validated. */
export interface PlainOperator {
  /** The file's name. */
  readonly source: string;
  readonly content: Values;
  /** The key and value at a path; undefined where the file does not set it. */
  readonly locate?: (path: FieldPath) => Span | undefined;
}

/** Istio's names of the components that istioctl installs and that can have a NetworkPolicy. `Base` has none. */
export type ComponentName = 'Pilot' | 'IngressGateways' | 'EgressGateways' | 'Cni' | 'Ztunnel';

/** `k8s.overlays[]`: patches of one rendered object. Its `apiVersion` counts for nothing. */
export interface Overlay {
  readonly kind: string;
  readonly name: string;
  readonly patches: readonly { readonly path: string; readonly value: Value }[];
  /** Where it stands in the merged IstioOperator. */
  readonly path: readonly (string | number)[];
}

/** One chart that istioctl renders. */
export interface PlannedRelease extends Release {
  readonly component: ComponentName;
  /** Of gateways: its place in `components.ingressGateways` or `egressGateways`. */
  readonly index?: number;
  /** All of its overlays, in their order. */
  readonly overlays: readonly Overlay[];
}

/** Whom istioctl writes on every object as its owner. */
export interface Owner {
  /** `metadata.name` of the IstioOperator; '' = it has none, and no such label is written. */
  readonly name: string;
  readonly namespace: string;
  /** `values.revision`, `default` where there is none. */
  readonly revision: string;
}

/** A finding of this room; `path` leads into the merged IstioOperator. */
export interface OperatorFinding extends ComponentFinding {
  /** The `--set` at fault. */
  readonly set?: string;
}

/** What istioctl would render. Releases are in its own order: istiod, ingress and egress gateways, istio-cni, ztunnel. */
export interface Installation {
  readonly kind: 'installation';
  readonly version: IstioVersion;
  /** The installation profile: `spec.profile`, else `default`. */
  readonly profile: string;
  readonly releases: readonly PlannedRelease[];
  /** The values of chart base, where it is installed: it has no policy, and it is rendered first and can stop istioctl. */
  readonly base?: Values;
  readonly owner: Owner;
  readonly findings: readonly OperatorFinding[];
}

/** istioctl refuses the input or breaks down over it, and renders nothing at all. */
export interface OperatorFailure {
  readonly kind: 'failed';
  readonly code: string;
  /** istioctl's own words; where it panics, the panic's. */
  readonly message: string;
  /** True where istioctl ends with a Go panic instead of a message. */
  readonly panics: boolean;
  /** What that means, and what to write instead. */
  readonly help: string;
  /** The value at fault in the merged IstioOperator. */
  readonly path?: readonly (string | number)[];
  readonly set?: string;
}

/** A release with what its chart renders. */
export interface RenderedRelease {
  readonly release: PlannedRelease;
  /** As the chart gives it; of its findings those that hold once the overlays are applied. */
  readonly rendering: Rendering;
  /** Of `kind: 'policy'`: the object once the overlays are applied, which may have any shape. */
  readonly object?: Values;
}
