/** A piece of a counter's name that Prometheus gets as a label; the first group goes out of the name, the last one is the value. Source: istio tools/packaging/common/envoy_bootstrap.json. */
export const statTags: readonly (readonly [label: string, pattern: RegExp])[] = [
  ['cluster_name', /^cluster(\.(.+);)/d],
  ['http_conn_manager_prefix', /^http\.(([_.\w[\]:]*);\.)/d],
  ['tcp_prefix', /^tcp\.((.*?)\.)\w+?$/d],
  ['response_code', /_rq(_(\d{3}))$/d],
  ['response_code_class', /_rq(_(\dxx))$/d],
  ['listener_address', /^listener\.(([_.\d]*)\.)/d],
  ['authz_enforce_result', /rbac(\.(allowed|denied))/d],
  ['authz_dry_run_action', /(\.istio_dry_run_(allow|deny)_)/d],
  ['authz_dry_run_result', /(\.shadow_(allowed|denied))/d],
];

/** A counter's name as Prometheus has it, and its labels. */
export interface Metric {
  readonly name: string;
  readonly labels: readonly (readonly [label: string, value: string])[];
}

type Label = Metric['labels'][number];
const byLabel = ([a]: Label, [b]: Label): number => (a < b ? -1 : 1);

/** Takes the labels out of a name as Istio has Envoy do it. */
export function readMetric(stat: string): Metric {
  const gone = new Set<number>();
  const labels: (readonly [string, string])[] = [];
  for (const [label, pattern] of statTags) {
    const { 2: value = '', indices } = pattern.exec(stat) ?? { 2: undefined, indices: undefined };
    const [from, to] = indices?.[1] ?? [0, 0];
    if (to === 0) continue;
    for (let at = from; at < to; at++) gone.add(at);
    labels.push([label, value]);
  }
  const left = [...stat].filter((_, at) => !gone.has(at)).join('');
  return { name: `envoy_${left.replace(/[^A-Za-z0-9_]/g, '_')}`, labels: labels.sort(byLabel) };
}
