import { helmNames } from './chart-defaults.ts';
import { type GoMap, type GoValue, isSet, quoted, quotedText } from './go-values.ts';
import { equalsText, field, type Place, shown, softField } from './template.ts';
import type { Release } from './types.ts';

/** What the templates of all charts begin from. */
export interface Scope {
  readonly release: Release;
  readonly values: GoMap;
  readonly place: Place;
}

/** Where the template of a chart's NetworkPolicy stands. */
export function policyPlace({ chart }: Pick<Release, 'chart'>): Place {
  return { template: `${helmNames[chart]}/templates/networkpolicy.yaml` };
}

/** `(.Values.global.networkPolicy).enabled`, which switches the NetworkPolicy on: anything that is set, also the string "false". */
export function enabling({ values, place }: Scope): GoValue {
  const policy = field(place, values, ['global', 'networkPolicy']);
  return softField(place, policy, 'enabled', {
    expression: '.Values.global.networkPolicy',
    at: ['global', 'networkPolicy'],
  });
}

/** `name` with the revision behind it, where there is one: null adds only the dash. */
export function revisioned({ values, place }: Scope, name: string): string {
  const revision = values.get('revision') ?? null;
  const none = equalsText(place, revision, '', { expression: 'eq .Values.revision ""', at: ['revision'] });
  return none ? name : `${name}-${shown(revision)}`;
}

/** The value of the label `istio.io/rev`, quoted. */
export function revisionLabel({ values }: Scope): string {
  return quoted(withDefault(values.get('revision') ?? null, 'default'));
}

/** The value of the label that names the owner, unquoted. */
export function owner({ values }: Scope): string {
  return shown(withDefault(values.get('ownerName') ?? null, 'unknown'));
}

/** sprig's `default`. */
export function withDefault(value: GoValue, fallback: GoValue): GoValue {
  return isSet(value) ? value : fallback;
}

/** The namespace of the policy: quoted only since 1.31. */
export function namespaceText({ release }: Scope): string {
  return release.version.minor < 31 ? release.namespace : quotedText(release.namespace);
}

/** The labels that Istio's charts put on everything: the template `istio.labels`, one line each. */
export function istioLabels({ release }: Scope): string[] {
  const { name, appVersion, chart, chartVersion } = release;
  const lines = ['app.kubernetes.io/managed-by: "Helm"'];
  if (name !== '') lines.push(`app.kubernetes.io/instance: ${quotedText(name)}`);
  lines.push('app.kubernetes.io/part-of: "istio"');
  if (appVersion !== '') lines.push(`app.kubernetes.io/version: ${quotedText(appVersion)}`);
  if (chartVersion !== '') {
    const whole = `${helmNames[chart]}-${chartVersion}`.replaceAll('+', '_').slice(0, 63);
    lines.push(`helm.sh/chart: ${whole.replace(/-$/, '')}`);
  }
  return lines;
}

/** One rule of ingress: `from: []` up to 1.29, only ports since. */
export function rule({ release }: Scope, ports: readonly PortText[]): string[] {
  const [first, more] = release.version.minor < 30 ? ['from: []', 'ports:'] : ['ports:', undefined];
  return [
    `  - ${first}`,
    ...(more === undefined ? [] : [`    ${more}`]),
    ...ports.flatMap(({ protocol, port }) => [`    - protocol: ${protocol}`, `      port: ${port}`]),
  ];
}

/** A port as the template writes it, nothing quoted. */
export interface PortText {
  readonly protocol: string;
  readonly port: string;
}

/** Ports of TCP. */
export function tcp(...ports: readonly number[]): PortText[] {
  return ports.map((port) => ({ protocol: 'TCP', port: String(port) }));
}

/** A whole NetworkPolicy: text of several lines may stand in any of the parts. */
export function policyText(parts: {
  readonly name: string;
  readonly namespace: string;
  readonly labels: readonly string[];
  readonly selector: readonly string[];
  readonly ingress: readonly string[];
}): string {
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    `  name: ${parts.name}`,
    `  namespace: ${parts.namespace}`,
    '  labels:',
    ...parts.labels.map((line) => `    ${line}`),
    'spec:',
    '  podSelector:',
    '    matchLabels:',
    ...parts.selector.map((line) => `      ${line}`),
    '  policyTypes:',
    '  - Ingress',
    '  - Egress',
    '  ingress:',
    ...parts.ingress,
    '  egress:',
    '  - {}',
    '',
  ]
    .join('\n')
    .replaceAll('<no value>', '');
}
