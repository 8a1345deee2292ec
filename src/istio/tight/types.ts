import type {
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../model/index.ts';
import type { Component, DataPlane, Surroundings } from '../components/index.ts';

/** A field of the surroundings that a rule can depend on. */
export type Parameter = Exclude<keyof Surroundings, 'apiServerPorts'>;

/** What least-privilege policies are made from. */
export interface TightInput {
  /** All that are known: each is a peer of the others. */
  readonly components: readonly Component[];
  /** Those that get a policy; left out: all. */
  readonly only?: readonly Component[];
  /** Where those of `components` were found that no release of the run is. */
  readonly found?: readonly FoundComponent[];
  readonly surroundings: Surroundings;
  /** Where fields of the surroundings were seen (`EndpointSlice default/kubernetes`); a field that is not here was said. */
  readonly seen?: SeenPlaces;
  /** What to know of fields that were said. */
  readonly notes?: ParameterNotes;
  /** Istio's own NetworkPolicies that the cluster has already. */
  readonly beside?: readonly NetworkPolicy[];
  /** What Istio has no NetworkPolicy for. */
  readonly targets?: readonly TightTarget[];
}

/** A component that runs in the cluster and is of no release that was named. */
export interface FoundComponent {
  readonly component: Component;
  /** `Deployment edge/public`. */
  readonly place: string;
  /** Services that tell the ports of a gateway: `Service edge/public`; empty for none, and then the ports are not known. */
  readonly services: readonly string[];
}

/** Objects in which fields of the surroundings were seen, in words. */
export type SeenPlaces = { readonly [P in Parameter]?: string };

/** What comments say of fields of the surroundings. */
export type ParameterNotes = { readonly [P in Parameter]?: readonly string[] };

/** A Gateway of the Gateway API that istiod runs. */
export interface GatewayTarget {
  readonly kind: 'gateway';
  readonly namespace: string;
  readonly name: string;
  /** Its listeners; left out: not known. */
  readonly listeners?: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[];
  /** Takes other networks' traffic (class istio-east-west). */
  readonly eastWest: boolean;
}

/** A waypoint. */
export interface WaypointTarget {
  readonly kind: 'waypoint';
  readonly namespace: string;
  readonly name: string;
}

/** An application's namespace. */
export interface NamespaceTarget {
  readonly kind: 'namespace';
  readonly name: string;
  /** Data planes that its pods are in; left out: not known. */
  readonly modes?: readonly DataPlane[];
  /** Ports that its pods declare, in words: `TCP 8080 of Deployment web`. */
  readonly declares: readonly string[];
  /** Directions in which some of its pods are under no NetworkPolicy today. */
  readonly unguarded: readonly ('ingress' | 'egress')[];
}

export type TightTarget = GatewayTarget | WaypointTarget | NamespaceTarget;

/** One flow that a policy lets through, and why. */
export interface TightRule {
  readonly peers: readonly NetworkPolicyPeer[] | 'any';
  readonly ports: readonly NetworkPolicyPort[] | 'any';
  /** Who connects and what for. */
  readonly why: string;
  /** What breaks where the rule is missing. */
  readonly without: string;
  /** Where its peers were seen, what is not known of them, what to mind. */
  readonly notes: readonly string[];
  /** Why it is wider than the flow. Empty where all is known. */
  readonly open: readonly Opening[];
}

/** What keeps a rule from being as narrow as its flow. */
export type Opening =
  /** Nobody said it. */
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  /** A NetworkPolicy knows addresses and pods, no host names. */
  | { readonly kind: 'host'; readonly host: string; readonly port: number }
  /** Which namespaces are in the mesh is known, and not by which data plane. */
  | { readonly kind: 'planes'; readonly of: string }
  /** The pods are known, and not on which ports they listen. */
  | { readonly kind: 'ports'; readonly of: string };

/** A NetworkPolicy with the reasons of its rules; `policyObject` makes the object. */
export interface TightPolicy {
  /** `istiod istio-system/istiod`, `waypoint shop/waypoint`, `namespace shop`. */
  readonly subject: string;
  /** What it is for. */
  readonly of: 'component' | 'target';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: LabelSelector;
  /** What to know of it as a whole. */
  readonly about: readonly string[];
  readonly ingress: readonly TightRule[];
  readonly egress: readonly TightRule[];
}
