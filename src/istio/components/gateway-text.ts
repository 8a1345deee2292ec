import {
  enabling,
  istioLabels,
  namespaceText,
  owner,
  type PortText,
  policyText,
  revisioned,
  revisionLabel,
  rule,
  type Scope,
  tcp,
  withDefault,
} from './common-text.ts';
import { type GoMap, type GoValue, isSet, quoted, quotedText, sortedKeys } from './go-values.ts';
import { field, indexed, shown, softField, stop } from './template.ts';
import type { Chart } from './types.ts';

/** What chart gateway calls its objects: `name`, else the release's name. Only the upper-case RELEASE-NAME counts as no name. */
export function gatewayName({ values, release }: Scope): string {
  const own = values.get('name') ?? null;
  const unnamed = release.name === 'RELEASE-NAME' || release.name === '';
  return shown(withDefault(own, unnamed ? 'istio-ingressgateway' : release.name));
}

/** The labels by which chart gateway's own objects find its pods, as the template writes them: quoted where `labels` has them. */
function gatewaySelector(scope: Scope): { readonly app: string; readonly istio: string } {
  const { values, place } = scope;
  const name = gatewayName(scope);
  // The template asks for `istio` first.
  const istio = quoted(field(place, values, ['labels', 'istio']));
  const app = quoted(field(place, values, ['labels', 'app']));
  return { app: app || name, istio: istio || name.replace(/^istio-/, '') };
}

/** The template of chart gateway; `undefined` where it renders nothing. */
export function gatewayText(scope: Scope): string | undefined {
  if (!isSet(enabling(scope))) return undefined;
  const name = gatewayName(scope);
  const fullName = revisioned(scope, name);
  const { app, istio } = gatewaySelector(scope);
  const labels = scope.values.get('labels') as GoMap;
  return policyText({
    name: fullName,
    namespace: namespaceText(scope),
    labels: [
      `app: ${name}`,
      `istio.io/rev: ${revisionLabel(scope)}`,
      `install.operator.istio.io/owning-resource: ${owner(scope)}`,
      'operator.istio.io/component: "Gateway"',
      `istio: ${istio}`,
      `release: ${scope.release.name}`,
      `app.kubernetes.io/name: ${name}`,
      ...includedLines(`app: ${app}\nistio: ${istio}`),
      ...sortedKeys(labels)
        .filter((key) => key !== 'app' && key !== 'istio')
        .map((key) => `${quotedText(key)}: ${quoted(labels.get(key)!)}`),
    ],
    selector: includedLines(`app: ${app}\nistio: ${istio}`),
    ingress: gatewayRules(scope, field(scope.place, scope.values, ['service', 'ports']), {
      expression: '.Values.service.ports',
      at: ['service', 'ports'],
    }),
  });
}

/** Below `gateways`, where the values of istioctl's gateways stand. */
export function gatewayKey(chart: Chart): 'istio-ingressgateway' | 'istio-egressgateway' {
  return chart === 'istio-egress' ? 'istio-egressgateway' : 'istio-ingressgateway';
}

/** The template of charts istio-ingress and istio-egress; `undefined` where it renders nothing. */
export function istioctlGatewayText(scope: Scope): string | undefined {
  const { place, values, release } = scope;
  const ingress = release.chart === 'istio-ingress';
  const key = gatewayKey(release.chart);
  const gateway = indexed(place, values, ['gateways', key]);
  if (!isSet(enabling(scope))) return undefined;
  // A variable that holds null has fields that are null, unlike a null among the values.
  const of = (name: string): GoValue =>
    softField(place, gateway, name, { expression: `$gateway.${name}`, at: ['gateways', key] });
  const name = shown(of('name'));
  const fullName = revisioned(scope, name);
  return policyText({
    name: fullName,
    namespace: namespaceText(scope),
    labels: [
      `app: ${name}`,
      `istio.io/rev: ${revisionLabel(scope)}`,
      `install.operator.istio.io/owning-resource: ${owner(scope)}`,
      `operator.istio.io/component: "${ingress ? 'IngressGateways' : 'EgressGateways'}"`,
      `istio: ${ingress ? 'ingressgateway' : 'egressgateway'}`,
      `release: ${release.name}`,
      `app.kubernetes.io/name: "${key}"`,
      ...istioLabels(scope),
    ],
    selector: [yamlFlow(of('labels'))],
    ingress: gatewayRules(scope, of('ports'), {
      expression: '$gateway.ports',
      at: ['gateways', key, 'ports'],
    }),
  });
}

/** The lines of an included text: `nindent` indents each of them, also those that a value brought in. */
function includedLines(text: string): string[] {
  return text.split('\n');
}

/** A text that Helm takes for a null that Go printed, and takes out; `toYaml` leaves such ones without quotes. */
const PRINTED_NULL = /^(?=.*<no value>)[\w<>./ -]*$/;

/** What `toYaml` writes, in one line: it reads as the very value. */
function yamlFlow(value: GoValue): string {
  if (value instanceof Map) {
    return `{${sortedKeys(value)
      .map((key) => `${quotedText(key)}: ${yamlFlow(value.get(key)!)}`)
      .join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(yamlFlow).join(', ')}]`;
  if (typeof value === 'string') return PRINTED_NULL.test(value) ? value : quotedText(value);
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/** The rules of a gateway: health, metrics, then one for each port of its Service. */
function gatewayRules(
  scope: Scope,
  ports: GoValue,
  { expression, at }: { readonly expression: string; readonly at: readonly string[] },
): string[] {
  const entries = isSet(ports) ? ranged(scope, ports, { expression, at }) : [];
  return [
    ...rule(scope, tcp(15021)),
    ...rule(scope, tcp(15020, 15090)),
    ...entries.flatMap(({ value, key }) => rule(scope, [portText(scope, value, [...at, key])])),
  ];
}

interface Entry {
  readonly key: string | number;
  readonly value: GoValue;
}

/** What `range` walks: items of a list, values of a map by key, and the numbers below an integer, which have no fields. */
function ranged(
  { place }: Scope,
  value: GoValue,
  { expression, at }: { readonly expression: string; readonly at: readonly string[] },
): Entry[] {
  if (Array.isArray(value)) return value.map((item, key) => ({ key, value: item }));
  if (value instanceof Map) return sortedKeys(value).map((key) => ({ key, value: value.get(key)! }));
  if (typeof value === 'bigint') {
    return value > 0n ? stop(place, '.protocol', "can't evaluate field protocol in type int64", at) : [];
  }
  return stop(place, expression, `range can't iterate over ${shown(value)}`, at);
}

function portText({ place }: Scope, entry: GoValue, at: readonly (string | number)[]): PortText {
  const of = (name: string): GoValue => field(place, entry, [name], { expression: `.${name}`, at });
  const protocol = withDefault(of('protocol'), 'TCP');
  const target = of('targetPort');
  return { protocol: shown(protocol), port: shown(withDefault(target, of('port'))) };
}
