import type { Value, Values } from '../values/index.ts';

export type { Value, Values };

/** Istio's charts that can hold a NetworkPolicy. The last two come only with istioctl; `gateway` only with Helm. */
export const charts = ['istiod', 'istio-cni', 'ztunnel', 'gateway', 'istio-ingress', 'istio-egress'] as const;
export type Chart = (typeof charts)[number];

/** A release of Istio. Only `minor` tells templates apart; they have not changed within a minor. */
export interface IstioVersion {
  /** As people write it: `1.30.3`, `1.31.0-rc.0`. */
  readonly text: string;
  /** The second number: 28 to 31. */
  readonly minor: number;
}

/** One chart as it is installed: what `helm install NAME CHART -n NAMESPACE` or istioctl give to its templates. */
export interface Release {
  readonly chart: Chart;
  readonly version: IstioVersion;
  /** Helm's release name; istioctl's is always `istio`. */
  readonly name: string;
  readonly namespace: string;
  /** The user's values, without the chart's own. */
  readonly values: Values;
  /** `version` of Chart.yaml: published charts have that of Istio, Istio's git tree has 1.0.0. */
  readonly chartVersion: string;
  /** `appVersion` of Chart.yaml. */
  readonly appVersion: string;
}

/** A NetworkPolicy as it reads once rendered: scalars that the template does not quote have the type that YAML gives them. */
export interface RenderedPolicy {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: {
    readonly name: Value;
    readonly namespace: Value;
    readonly labels: Values;
  };
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Values | null };
    readonly policyTypes: readonly ('Ingress' | 'Egress')[];
    readonly ingress: readonly RenderedRule[];
    readonly egress: readonly Readonly<Record<string, never>>[];
  };
}

/** `from: []` up to 1.29, absent from 1.30 on: any source, both times. */
export interface RenderedRule {
  readonly from?: readonly [];
  readonly ports: readonly { readonly port: Value; readonly protocol: Value }[];
}

/** Something that Helm or the API server takes otherwise than its author seems to have meant. `code` is PC34xx and has a page in docs/codes. */
export interface ComponentFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One line; begins with the chart's name. */
  readonly message: string;
  /** The value at fault: `['service', 'ports', 0, 'targetPort']`; left out where it is none. */
  readonly path?: readonly (string | number)[];
  readonly help?: string;
}

/** What a chart gives for its NetworkPolicy. */
export type Rendering =
  | {
      readonly kind: 'policy';
      readonly policy: RenderedPolicy;
      readonly findings: readonly ComponentFinding[];
    }
  /** The chart renders none; `why` says which value or version decides it. */
  | { readonly kind: 'none'; readonly why: string; readonly findings: readonly ComponentFinding[] }
  /** The template fails, as Helm does. */
  | {
      readonly kind: 'failed';
      /** Helm's own words. */
      readonly message: string;
      /** What that means, and what to write instead. */
      readonly help: string;
      readonly path?: readonly (string | number)[];
      readonly findings: readonly ComponentFinding[];
    };

/** What a release runs, whether it has a NetworkPolicy or not: enough to say who may talk to it. Values that fail to merge have no component. */
export interface Component {
  readonly release: Release;
  /** Name of its Deployment or DaemonSet. */
  readonly name: string;
  readonly namespace: string;
  /** Labels by which a NetworkPolicy selects its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** '' = the default revision. */
  readonly revision: string;
  /** Whether the chart renders its workload at all: `resourceScope: cluster` and a remote istiod leave it out, not always the policy with it. */
  readonly runs: boolean;
  /** The pods share the network of their node, where no NetworkPolicy takes hold of them. */
  readonly hostNetwork?: true;
  /** Of gateways: the ports that clients reach its pods on, with the port of its Service. */
  readonly listeners: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort: number | string;
    readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  }[];
  /** Of gateways: the network that its east-west ports are for. */
  readonly networkGateway?: string;
}
