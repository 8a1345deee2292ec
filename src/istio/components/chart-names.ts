import { suggestName } from '../../manifest/index.ts';
import { type Chart, charts } from './types.ts';

/** Other names of the charts: their folders in Istio's repository, the name in their Chart.yaml, how `helm install` calls them, the component of istioctl. */
const others: Readonly<Record<string, Chart>> = {
  'istio-discovery': 'istiod',
  'istio-control/istio-discovery': 'istiod',
  pilot: 'istiod',
  discovery: 'istiod',
  cni: 'istio-cni',
  'gateways/istio-ingress': 'istio-ingress',
  'gateways/istio-egress': 'istio-egress',
  'istio-ingressgateway': 'istio-ingress',
  'istio-egressgateway': 'istio-egress',
  ingressgateways: 'istio-ingress',
  egressgateways: 'istio-egress',
};

const names: Readonly<Record<string, Chart>> = {
  ...Object.fromEntries(charts.map((chart) => [chart, chart])),
  ...others,
};

/** Charts of Istio that hold no NetworkPolicy. */
const without: ReadonlySet<string> = new Set(['base', 'default', 'ambient']);

/** A chart as somebody named it, or what is wrong with the name. */
export type NamedChart =
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'fault'; readonly message: string; readonly help: string };

/**
 * Finds a chart by any of its names: `istiod`, `istio/istiod`, `istio-control/istio-discovery`, `manifests/charts/gateway`, a path that ends in one of them,
 * or an archive such as `gateway-1.30.3.tgz`.
 */
export function chartNamed(text: string): NamedChart {
  const parts = text
    .trim()
    .toLowerCase()
    .replace(/-v?\d+\.\d+\.\d+[^/]*\.tgz$/, '')
    .split('/')
    .filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const chart = Object.hasOwn(names, last) ? names[last] : undefined;
  if (chart !== undefined) return { kind: 'chart', chart };
  const all = charts.join(', ');
  if (without.has(last)) {
    return {
      kind: 'fault',
      message: `Istio's chart ${JSON.stringify(text)} holds no NetworkPolicy.`,
      help: `The charts that do are ${all}.`,
    };
  }
  const near = suggestName(last, Object.keys(names));
  return {
    kind: 'fault',
    message: `${JSON.stringify(text)} is no chart of Istio that can hold a NetworkPolicy.`,
    help: near === undefined ? `The charts are ${all}.` : `Did you mean ${near}? The charts are ${all}.`,
  };
}
