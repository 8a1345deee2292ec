import {
  type CheckInput,
  type ComponentCheck,
  checkComponents,
  type FlowRow,
} from '../../src/istio/check/index.ts';
import {
  type Chart,
  describeComponent,
  parseVersion,
  type Release,
  renderComponent,
  type Surroundings,
  type Values,
} from '../../src/istio/components/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { ModelObject, NetworkPolicy } from '../../src/model/index.ts';
import { made } from './text-cluster.ts';

/** A release of a chart as people install it, with its NetworkPolicy switched on. */
export function release(chart: Chart, at: string, values: Values = {}, version = '1.30.3'): Release {
  const [namespace, name] = at.split('/') as [string, string];
  const parsed = parseVersion(version);
  if (parsed.kind !== 'version') throw new Error(version);
  return {
    chart,
    version: parsed.version,
    name,
    namespace,
    values: { ...values, global: { networkPolicy: { enabled: true }, ...(values.global as Values) } },
    chartVersion: version,
    appVersion: version,
  };
}

/** What `checkComponents` is given for these releases, in a cluster of these manifests. */
export function inputOf(
  releases: readonly Release[],
  texts: readonly string[],
  surroundings: Surroundings = {},
): CheckInput {
  const components = releases.map((each) => {
    const described = describeComponent(each);
    if (described.kind !== 'component') throw new Error(described.message);
    return described.component;
  });
  const rendered = releases.flatMap((each) => {
    const rendering = renderComponent(each);
    const source = {
      name: `${each.name} (rendered)`,
      text: JSON.stringify(rendering.kind === 'policy' && rendering.policy),
    };
    return rendering.kind === 'policy' ? readManifests([source]).objects : [];
  });
  return {
    manifests: readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text }))),
    options: {},
    components,
    policies: rendered.filter(isPolicy),
    surroundings,
  };
}

function isPolicy(object: ModelObject): object is NetworkPolicy {
  return object.kind === 'NetworkPolicy';
}

/** The check of these releases in a cluster of these manifests. */
export function checked(
  releases: readonly Release[],
  texts: readonly string[],
  surroundings: Surroundings = {},
): ComponentCheck {
  return checkComponents(inputOf(releases, texts, surroundings));
}

/** Rows of a flow as `FROM -> TO PORT: OUTCOME`. */
export function rowsOfFlow({ rows }: ComponentCheck, id: string): readonly string[] {
  return rows.filter(({ flow }) => flow.id === id).map(rowWords);
}

function rowWords({ from, to, port, outcome }: FlowRow): string {
  return `${from.label} -> ${to.label} ${port}: ${outcome}`;
}

/** A Deployment `NAMESPACE/NAME` with the label `app: NAME`, a container port and, if asked, a probe on it. */
export function deployment(
  at: string,
  port: number,
  more: { readonly labels?: object; readonly probe?: boolean } = {},
): string {
  const [, name] = at.split('/');
  const labels = { app: name, ...more.labels };
  const container = {
    name: 'main',
    image: 'x',
    ports: [{ name: 'web', containerPort: port }],
    ...(more.probe === true && { readinessProbe: { httpGet: { path: '/', port: 'web' } } }),
  };
  return made('Deployment', at, {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels }, spec: { containers: [container] } },
  });
}

/** DNS as most clusters have it. */
export const dns: readonly string[] = [
  made('Service', 'kube-system/kube-dns', {
    selector: { 'k8s-app': 'kube-dns' },
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
  }),
  made('Deployment', 'kube-system/coredns', {
    selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    template: {
      metadata: { labels: { 'k8s-app': 'kube-dns' } },
      spec: { containers: [{ name: 'coredns', image: 'x' }] },
    },
  }),
];

/** Prometheus, as its labels call it. */
export const prometheus: string = deployment('monitoring/prometheus', 9090, {
  labels: { 'app.kubernetes.io/name': 'prometheus' },
});

/** A policy that denies everything in both directions. */
export function denyAll(namespace: string): string {
  return made('NetworkPolicy', `${namespace}/deny-all`, {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
}
