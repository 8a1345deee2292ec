import {
  enabling,
  istioLabels,
  namespaceText,
  owner,
  policyText,
  revisioned,
  revisionLabel,
  rule,
  type Scope,
  tcp,
  withDefault,
} from './common-text.ts';
import { isSet } from './go-values.ts';
import { equalsText, field, shown } from './template.ts';

/** Whether istiod's policy may be rendered for its `global.resourceScope`: "all" or "namespace". */
function inScope({ values, place }: Scope): boolean {
  const is = (text: string): boolean =>
    equalsText(place, field(place, values, ['global', 'resourceScope']), text, {
      expression: `eq .Values.global.resourceScope "${text}"`,
      at: ['global', 'resourceScope'],
    });
  return is('all') || is('namespace');
}

/** The template of chart istiod; `undefined` where it renders nothing. */
export function istiodText(scope: Scope): string | undefined {
  if (!inScope(scope) || !isSet(enabling(scope))) return undefined;
  const name = revisioned(scope, 'istiod');
  const revision = revisionLabel(scope);
  return policyText({
    name,
    namespace: namespaceText(scope),
    labels: [
      'app: istiod',
      `istio.io/rev: ${revision}`,
      `install.operator.istio.io/owning-resource: ${owner(scope)}`,
      'operator.istio.io/component: "Pilot"',
      'istio: pilot',
      `release: ${scope.release.name}`,
      'app.kubernetes.io/name: "istiod"',
      ...istioLabels(scope),
    ],
    selector: ['app: istiod', `istio.io/rev: ${revision}`],
    ingress: [...rule(scope, tcp(15017)), ...rule(scope, tcp(15010, 15011, 15012, 8080, 15014))],
  });
}

/** The template of chart cni; `undefined` where it renders nothing. */
export function cniText(scope: Scope): string | undefined {
  if (!isSet(enabling(scope))) return undefined;
  return policyText({
    name: revisioned(scope, 'istio-cni'),
    namespace: namespaceText(scope),
    labels: [
      'k8s-app: istio-cni-node',
      `release: ${scope.release.name}`,
      `istio.io/rev: ${revisionLabel(scope)}`,
      `install.operator.istio.io/owning-resource: ${owner(scope)}`,
      'operator.istio.io/component: "Cni"',
      'app.kubernetes.io/name: istio-cni',
      ...istioLabels(scope),
    ],
    selector: ['k8s-app: istio-cni-node'],
    ingress: [...rule(scope, tcp(15014)), ...rule(scope, tcp(8000))],
  });
}

/** The name of ztunnel's objects: `resourceName` or `ztunnel`. */
function ztunnelName({ values }: Scope): string {
  return shown(withDefault(values.get('resourceName') ?? null, 'ztunnel'));
}

/** The template of chart ztunnel; `undefined` where it renders nothing. */
export function ztunnelText(scope: Scope): string | undefined {
  if (!isSet(enabling(scope))) return undefined;
  return policyText({
    name: revisioned(scope, ztunnelName(scope)),
    namespace: namespaceText(scope),
    labels: [
      'app: ztunnel',
      'app.kubernetes.io/name: ztunnel',
      `istio.io/rev: ${revisionLabel(scope)}`,
      `install.operator.istio.io/owning-resource: ${owner(scope)}`,
      'operator.istio.io/component: "Ztunnel"',
      `release: ${scope.release.name}`,
      ...istioLabels(scope),
    ],
    selector: ['app: ztunnel'],
    ingress: [
      ...[15021, 15020, 15000, 15008, 15001, 15006].flatMap((port) => rule(scope, tcp(port))),
      ...rule(scope, [...tcp(15053), { protocol: 'UDP', port: '15053' }]),
    ],
  });
}
