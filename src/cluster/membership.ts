import {
  type Fact,
  type KnownLabels,
  type Labels,
  labelOf,
  type Mesh,
  type Pattern,
} from '../model/index.ts';
import type { Membership } from './cluster.ts';

/** What injection and enrolment look at in a pod. */
export interface Enrolment {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
  readonly containers: readonly { readonly name: string }[];
  /** True for a Pod as a running cluster shows it: what was not injected then is not injected. */
  readonly observed: boolean;
  /** True where it runs a Gateway API gateway of Istio's. */
  readonly gateway: boolean;
  /** True where the pod runs a waypoint of its own. */
  readonly waypoint: boolean;
}

interface MembershipSubject extends Enrolment {
  readonly namespaceLabels: KnownLabels;
}

/** Which data planes the manifests show any sign of; without a sign, nothing of Istio is assumed. */
export interface MeshTraces {
  readonly sidecars: boolean;
  readonly ambient: boolean;
}

const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/**
 * How a pod takes part in the mesh. Order and words follow pkg/kube/inject (injectRequired), the webhook's selectors as Helm
 * installs them, and istio-cni's default enablement selectors for ambient.
 */
export function membershipOf(
  pod: Enrolment,
  namespaceLabels: KnownLabels,
  mesh: Mesh,
  traces: MeshTraces,
): Membership {
  const subject = { ...pod, namespaceLabels };
  if (subject.waypoint) return { kind: 'waypoint', why: 'it is a waypoint proxy' };
  if (subject.hostNetwork) return { kind: 'none', why: 'hostNetwork pods are never injected or captured' };
  if (subject.gateway) {
    return { kind: 'gateway', why: 'label gateway.networking.k8s.io/gateway-name' };
  }
  const sidecar = sidecarOf(subject, mesh, traces);
  if (sidecar.kind === 'sidecar')
    return isInjectedGateway(subject) || isPlainGateway(subject) ? { ...sidecar, kind: 'gateway' } : sidecar;
  const ambient = ambientOf(subject, mesh, traces);
  if (ambient.kind === 'ambient') return withFacts(ambient, sidecar.facts);
  return withFacts(sidecar, ambient.facts);
}

/**
 * A gateway that Istio's gateway chart installs is injected from the template `gateway`: its proxy is no sidecar, and no mode of a PeerAuthentication holds for its listeners, but
 * policies select it by its labels as they do other pods. Source: Istio, Installing Gateways; pkg/kube/inject.
 */
function isInjectedGateway({ annotations }: MembershipSubject): boolean {
  const templates = labelOf(annotations, 'inject.istio.io/templates') ?? '';
  return templates.split(',').some((template) => template.trim() === 'gateway');
}

/**
 * A gateway that istioctl installs is never injected: its proxy is its only container. Source: manifests/charts/gateways, which set the label and the name.
 */
function isPlainGateway({ containers, labels }: MembershipSubject): boolean {
  return (
    containers.length === 1 &&
    containers[0]!.name === 'istio-proxy' &&
    isFalse(labelOf(labels, 'sidecar.istio.io/inject'))
  );
}

function withFacts(membership: Membership, more: readonly Fact[] | undefined): Membership {
  if (more === undefined) return membership;
  return { ...membership, facts: [...(membership.facts ?? []), ...more] };
}

function sidecarOf(subject: MembershipSubject, mesh: Mesh, traces: MeshTraces): Membership {
  if (subject.containers.some((container) => container.name === 'istio-proxy')) {
    if (isZtunnel(subject)) return none('it is ztunnel, whose container is called istio-proxy, too');
    return { kind: 'sidecar', why: 'it has a container istio-proxy' };
  }
  if (labelOf(subject.annotations, 'sidecar.istio.io/status') !== undefined) {
    return { kind: 'sidecar', why: 'annotation sidecar.istio.io/status' };
  }
  if (subject.observed) return none('the running pod has no container istio-proxy');
  if (!traces.sidecars) return none('nothing in the manifests asks for sidecars');
  if (systemNamespaces.has(subject.namespace))
    return none(`namespace ${subject.namespace} is never injected`);
  const label = labelOf(subject.labels, 'sidecar.istio.io/inject');
  const wish = label ?? labelOf(subject.annotations, 'sidecar.istio.io/inject');
  if (isFalse(wish)) return none('sidecar.istio.io/inject is false');
  return injectedByWebhook(subject, mesh, label === 'true');
}

/** The chart of ztunnel labels its pods so, whatever the release is called. Source: manifests/charts/ztunnel. */
function isZtunnel({ labels }: MembershipSubject): boolean {
  return labelOf(labels, 'app') === 'ztunnel' && isFalse(labelOf(labels, 'sidecar.istio.io/inject'));
}

/** Go's inject code lower-cases the value and takes YAML's words for true and false. */
function isFalse(value: string | undefined): boolean {
  return value !== undefined && ['false', 'n', 'no', 'off'].includes(value.toLowerCase());
}

/** Whether one of the webhooks that Istio registers selects the pod, and whether that revision is installed. */
function injectedByWebhook(subject: MembershipSubject, mesh: Mesh, wished: boolean): Membership {
  const { namespace, namespaceLabels } = subject;
  const injection = namespaceLabel(namespaceLabels, 'istio-injection');
  if (injection === 'unknown') {
    return {
      kind: 'none',
      why: 'labels of the namespace are not known',
      facts: [
        namespaceFact(namespace, 'istio-injection', ['enabled', 'disabled']),
        ...(namespaceLabel(namespaceLabels, 'istio.io/rev') === 'unknown'
          ? [namespaceFact(namespace, 'istio.io/rev', ['default', ...(mesh.revisions ?? [])])]
          : []),
      ],
    };
  }
  if (injection !== undefined) {
    if (injection.value !== 'enabled') return none(`namespace label istio-injection=${injection.value}`);
    return ofRevision(mesh, 'default', 'namespace label istio-injection=enabled');
  }
  const revision = namespaceLabel(namespaceLabels, 'istio.io/rev');
  if (revision === 'unknown') {
    const facts = [namespaceFact(namespace, 'istio.io/rev', ['default', ...(mesh.revisions ?? [])])];
    return { kind: 'none', why: 'labels of the namespace are not known', facts };
  }
  if (revision !== undefined)
    return ofRevision(mesh, revision.value, `namespace label istio.io/rev=${revision.value}`);
  const own = labelOf(subject.labels, 'istio.io/rev');
  if (own !== undefined) return ofRevision(mesh, own, `pod label istio.io/rev=${own}`);
  if (wished) return ofRevision(mesh, 'default', 'pod label sidecar.istio.io/inject=true');
  if (mesh.injectByDefault) return ofRevision(mesh, 'default', 'injection is on by default');
  return none('no label asks for a sidecar');
}

function ofRevision(mesh: Mesh, revision: string, why: string): Membership {
  const installed = mesh.revisions?.map((name) => (name === '' ? 'default' : name));
  if (installed !== undefined && !installed.includes(revision)) {
    return none(`${why}, but no revision ${revision} is installed`);
  }
  return { kind: 'sidecar', why };
}

function ambientOf(subject: MembershipSubject, mesh: Mesh, traces: MeshTraces): Membership {
  if (mesh.ambient === false || !(traces.ambient || mesh.ambient === true))
    return none('no label asks for ambient');
  if (labelOf(subject.annotations, 'ambient.istio.io/redirection') === 'enabled') {
    return { kind: 'ambient', why: 'annotation ambient.istio.io/redirection=enabled' };
  }
  const own = labelOf(subject.labels, 'istio.io/dataplane-mode');
  if (own === 'ambient') return { kind: 'ambient', why: 'pod label istio.io/dataplane-mode=ambient' };
  if (own === 'none') return none('pod label istio.io/dataplane-mode=none');
  const mode = namespaceLabel(subject.namespaceLabels, 'istio.io/dataplane-mode');
  if (mode === 'unknown') {
    const facts = [namespaceFact(subject.namespace, 'istio.io/dataplane-mode', ['ambient'])];
    return { kind: 'none', why: 'labels of the namespace are not known', facts };
  }
  if (mode?.value === 'ambient')
    return { kind: 'ambient', why: 'namespace label istio.io/dataplane-mode=ambient' };
  return none('no label asks for ambient');
}

function none(why: string): Membership {
  return { kind: 'none', why };
}

function namespaceLabel(known: KnownLabels, key: string): { readonly value: string } | undefined | 'unknown' {
  const value = labelOf(known.labels, key);
  if (value !== undefined) return { value };
  return known.complete || known.absent?.has(key) ? undefined : 'unknown';
}

function namespaceFact(namespace: string, key: string, values: readonly string[]): Fact {
  const patterns: Pattern[] = values.map((text) => ({ form: 'exact', text }));
  return { kind: 'namespace label', namespace, key, patterns };
}
