import { policyPlace, type Scope } from './common-text.ts';
import { gatewayKey, gatewayName } from './gateway-text.ts';
import { type GoMap, type GoValue, isSet, printed, valueAt } from './go-values.ts';
import { sharesHostNetwork } from './host-network.ts';
import { mergedValues } from './merged-values.ts';
import { TemplateFailure } from './template.ts';
import type { Component, Release } from './types.ts';

/** What a release runs, or Helm's failure where its values do not merge. */
export type Described =
  | { readonly kind: 'component'; readonly component: Component }
  | { readonly kind: 'failed'; readonly message: string; readonly path?: readonly (string | number)[] };

/**
 * Says what a release runs: the name of its workload, the labels by which a NetworkPolicy selects it, and of gateways the ports that clients reach. It does
 * not depend on whether a NetworkPolicy is rendered. Values of a wrong type count as not given.
 */
export function describeComponent(release: Release): Described {
  try {
    const values = mergedValues(release);
    return { kind: 'component', component: component({ release, values, place: policyPlace(release) }) };
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { kind: 'failed', message: error.message, path: error.path };
  }
}

function component(scope: Scope): Component {
  const { release, values } = scope;
  const { namespace, chart } = release;
  const revision = text(values.get('revision') ?? null) ?? '';
  const base = { release, namespace, revision };
  const suffix = revision === '' ? '' : `-${revision}`;
  switch (chart) {
    case 'istiod':
      return {
        ...base,
        name: `istiod${suffix}`,
        selector: { app: 'istiod', 'istio.io/rev': revision || 'default' },
        runs: runsIstiod(values),
        listeners: [],
      };
    case 'istio-cni':
      return {
        ...base,
        name: 'istio-cni-node',
        selector: { 'k8s-app': 'istio-cni-node' },
        runs: inScope(valueAt(values, ['global', 'resourceScope'])),
        ...(sharesHostNetwork(values) && { hostNetwork: true }),
        listeners: [],
      };
    case 'ztunnel':
      return {
        ...base,
        name: text(values.get('resourceName') ?? null) || 'ztunnel',
        selector: { app: 'ztunnel' },
        runs: inScope(values.get('resourceScope') ?? null),
        listeners: [],
      };
    case 'gateway':
      return { ...base, ...helmGateway(scope) };
    default:
      return { ...base, ...istioctlGateway(scope) };
  }
}

/** Not with `istiodRemote.enabled`, which stands for an istiod elsewhere, unless it keeps a local injector. */
function runsIstiod(values: GoMap): boolean {
  const remote = (key: string): boolean => isSet(valueAt(values, ['istiodRemote', key]));
  const local = !remote('enabled') || remote('enabledLocalInjectorIstiod');
  return local && inScope(valueAt(values, ['global', 'resourceScope']));
}

function inScope(scope: GoValue): boolean {
  return scope === 'all' || scope === 'namespace';
}

type Own = Omit<Component, 'release' | 'namespace' | 'revision'>;

function helmGateway(scope: Scope): Own {
  const { values, release } = scope;
  const name = gatewayName(scope);
  const label = (key: string): string | undefined => {
    const value = valueAt(values, ['labels', key]);
    return value === null ? undefined : printed(value);
  };
  const network = text(values.get('networkGateway') ?? null) ?? '';
  const ports =
    network === '' ? valueAt(values, ['service', 'ports']) : networkPorts(values, release.version.minor);
  return {
    name,
    selector: { app: label('app') ?? name, istio: label('istio') ?? name.replace(/^istio-/, '') },
    runs: true,
    listeners: listeners(ports),
    ...(network !== '' && { networkGateway: network }),
  };
}

/** The ports of the Service of a gateway between networks; values for them came with 1.30. */
function networkPorts(values: GoMap, minor: number): GoValue {
  const fixed: readonly (readonly [string, number])[] = [
    ['status-port', 15021],
    ['tls', 15443],
    ['tls-istiod', 15012],
    ['tls-webhook', 15017],
  ];
  return fixed.map(([name, port]): GoMap => {
    const own = minor < 30 ? null : valueAt(values, ['networkGatewayPorts', name]);
    const of = (key: string): GoValue => (own instanceof Map ? (own.get(key) ?? null) : null);
    return new Map<string, GoValue>([
      ['name', name],
      ['port', of('port') ?? port],
      ['targetPort', isSet(of('targetPort')) ? of('targetPort') : port],
      ['protocol', of('protocol')],
    ]);
  });
}

function istioctlGateway({ values, release }: Scope): Own {
  const key = gatewayKey(release.chart);
  const labels = valueAt(values, ['gateways', key, 'labels']);
  const selector =
    labels instanceof Map
      ? Object.fromEntries([...labels].map(([name, value]) => [name, value === null ? '' : printed(value)]))
      : {};
  return {
    name: text(valueAt(values, ['gateways', key, 'name'])) ?? key,
    selector,
    runs: true,
    listeners: listeners(valueAt(values, ['gateways', key, 'ports'])),
  };
}

/** The entries of a Service's ports that have a port; a port without `targetPort` goes to the same one. */
function listeners(ports: GoValue): Component['listeners'] {
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((entry): Component['listeners'] => {
    const port = numeric(valueAt(entry, ['port']));
    if (port === undefined) return [];
    const target = valueAt(entry, ['targetPort']);
    const name = text(valueAt(entry, ['name']));
    return [
      {
        ...(name !== undefined && name !== '' && { name }),
        port,
        targetPort: isSet(target) ? (numeric(target) ?? text(target) ?? port) : port,
        protocol: protocolOf(valueAt(entry, ['protocol'])),
      },
    ];
  });
}

function protocolOf(value: GoValue): 'TCP' | 'UDP' | 'SCTP' {
  return value === 'UDP' || value === 'SCTP' ? value : 'TCP';
}

function text(value: GoValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? printed(value) : undefined;
}

/** A port's number; texts that the template leaves unquoted are numbers when they are rendered. */
function numeric(value: GoValue): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  return typeof number === 'number' ? number : undefined;
}
