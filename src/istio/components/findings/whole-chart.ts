import { nodeAt, readDocuments } from '../../../yaml/index.ts';
import { gatewayKey } from '../gateway-text.ts';
import { type GoValue, isSet, printed, typeName, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import { pathText, type ValuePath } from '../origin.ts';
import type { Chart, ComponentFinding } from '../types.ts';

/** A template of a chart that stops Helm before it prints anything. */
interface Stop {
  readonly template: string;
  readonly words: string;
  readonly path: ValuePath;
}

/**
 * PC3418: another template of the chart stops Helm, as far as that is known here: then `helm template` prints nothing, also with `-s
 * templates/networkpolicy.yaml`, as it executes all templates before it chooses.
 */
export function findWholeChart(look: Look): readonly ComponentFinding[] {
  const stop = stops[look.release.chart](look) ?? brokenName(look);
  if (stop === undefined) return [];
  const { template, words, path } = stop;
  return [
    finding(look, {
      code: 'PC3418',
      severity: 'error',
      message: `Helm stops at templates/${template}: ${words}`,
      path,
      help: `Correct ${pathText(path)}; what is shown here is the NetworkPolicy alone.`,
    }),
  ];
}

const stops: Readonly<Record<Chart, (look: Look) => Stop | undefined>> = {
  istiod: ({ values }) =>
    comparison(values, ['revision'], 'validatingwebhookconfiguration.yaml') ??
    notMap(values, ['istiodRemote'], 'validatingwebhookconfiguration.yaml'),
  'istio-cni': ({ values }) =>
    notMap(values, ['global'], 'serviceaccount.yaml') ??
    comparison(values, ['global', 'resourceScope'], 'serviceaccount.yaml') ??
    (runs('istio-cni', values) ? notMap(values, ['ambient'], 'daemonset.yaml') : undefined),
  ztunnel: ({ values }) =>
    comparison(values, ['resourceScope'], 'serviceaccount.yaml') ??
    (runs('ztunnel', values) ? comparison(values, ['revision'], 'daemonset.yaml') : undefined),
  gateway: gatewayStop,
  'istio-ingress': istioctlGatewayStop,
  'istio-egress': istioctlGatewayStop,
};

/** A name that is no text of YAML breaks the templates that print it, also where there is no policy that would show it. */
function brokenName({ release, values, written }: Look): Stop | undefined {
  if (written !== undefined) return undefined;
  const key = { istiod: 'revision', ztunnel: 'resourceName', gateway: 'name' }[release.chart as string];
  const value = key === undefined ? null : valueAt(values, [key]);
  if (key === undefined || typeof value !== 'string' || value === '') return undefined;
  if (key !== 'name' && !runs(release.chart, values)) return undefined;
  const [document] = readDocuments(`name: ${key === 'revision' ? `istiod-${value}` : value}\nnamespace: x\n`);
  const name = document?.root === undefined ? undefined : nodeAt(document.root, ['name'])?.node;
  if (name?.kind === 'scalar') return undefined;
  const template = release.chart === 'ztunnel' ? 'daemonset.yaml' : 'deployment.yaml';
  return { template, words: `${key} breaks the text, as it is printed without quotes`, path: [key] };
}

function runs(chart: Chart, values: GoValue): boolean {
  const scope = valueAt(values, chart === 'ztunnel' ? ['resourceScope'] : ['global', 'resourceScope']);
  return scope === 'all' || scope === 'namespace';
}

/** `eq VALUE "text"` of what is neither a text nor null. */
function comparison(values: GoValue, path: ValuePath, template: string): Stop | undefined {
  const value = valueAt(values, path);
  if (value === null || typeof value === 'string') return undefined;
  const words = `incompatible types for comparison: ${typeName(value)} and string`;
  return { template, words, path };
}

function notMap(values: GoValue, path: ValuePath, template: string): Stop | undefined {
  const value = valueAt(values, path);
  if (value instanceof Map) return undefined;
  const words =
    value === null ? `${pathText(path)} is null` : `${pathText(path)} is no map, but ${typeName(value)}`;
  return { template, words, path };
}

function gatewayStop({ release, values }: Look): Stop | undefined {
  const service = notMap(values, ['service'], 'service.yaml');
  if (service !== undefined) return service;
  const template = 'service.yaml';
  const type = valueAt(values, ['service', 'type']);
  if (release.version.minor < 30 || type === 'None') return undefined;
  if (!isSet(values.get('networkGateway') ?? null)) {
    return isSet(valueAt(values, ['service', 'ports']))
      ? undefined
      : {
          template,
          words: 'service.ports must not be empty when networkGateway is not set',
          path: ['service', 'ports'],
        };
  }
  const ports = notMap(values, ['networkGatewayPorts'], template);
  if (ports !== undefined) return ports;
  for (const name of ['status-port', 'tls', 'tls-istiod', 'tls-webhook']) {
    const path = ['networkGatewayPorts', name];
    const entry = valueAt(values, path);
    if (entry instanceof Map) continue;
    const words =
      entry === null || entry === ''
        ? `networkGatewayPorts.${name} is required when networkGateway is set`
        : `networkGatewayPorts.${name} is ${printed(entry)}, no map`;
    return { template, words, path };
  }
  return undefined;
}

function istioctlGatewayStop({ release, values }: Look): Stop | undefined {
  const template = 'deployment.yaml';
  const gateway: ValuePath = ['gateways', gatewayKey(release.chart)];
  const revision = comparison(values, ['revision'], template);
  if (revision !== undefined) return revision;
  const missing = notMap(values, gateway, 'serviceaccount.yaml');
  if (missing !== undefined) return missing;
  const pilot = valueAt(values, ['pilot']) === null ? undefined : notMap(values, ['pilot'], template);
  if (pilot !== undefined) return pilot;
  const ports = isSet(valueAt(values, [...gateway, 'customService']))
    ? undefined
    : serviceStop(values, [...gateway, 'ports']);
  if (ports !== undefined) return ports;
  const labels = valueAt(values, [...gateway, 'labels']);
  if (labels instanceof Map || isSet(valueAt(values, [...gateway, 'injectionTemplate']))) return undefined;
  return {
    template,
    words:
      labels === null ? 'index of nil pointer: labels is null' : `labels is no map, but ${typeName(labels)}`,
    path: [...gateway, 'labels'],
  };
}

/** The Service walks its ports, and the members of each. */
function serviceStop(values: GoValue, path: ValuePath): Stop | undefined {
  const ports = valueAt(values, path);
  const entries = Array.isArray(ports) ? ports : ports instanceof Map ? [...ports.values()] : [];
  const wrong = [ports, ...entries].find(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
  );
  if (wrong === undefined) return undefined;
  return { template: 'service.yaml', words: `range can't iterate over ${printed(wrong)}`, path };
}
