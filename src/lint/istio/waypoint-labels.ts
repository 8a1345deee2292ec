import { type Cluster, isWaypoint } from '../../cluster/index.ts';
import { suggestName } from '../../manifest/index.ts';
import {
  describeObject,
  type FieldPath,
  type KindedObject,
  type Labels,
  labelOf,
  type ModelObject,
} from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';

const useLabel = 'istio.io/use-waypoint';
const namespaceLabel = 'istio.io/use-waypoint-namespace';

/** Labels that name a waypoint that is not there (PC3207), or one that does not take such traffic (PC3208). */
export const waypointLabels: LintRule = {
  codes: ['PC3207', 'PC3208'],
  *check({ cluster, objects }) {
    for (const object of objects) {
      const labelled = labelsOf(object);
      const name = labelled && labelOf(labelled.labels, useLabel);
      if (labelled === undefined || name === undefined || name === 'none') continue;
      const home = object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace;
      const namespace = labelOf(labelled.labels, namespaceLabel) ?? home;
      const finding = checkLabel(cluster, object, labelled, { namespace, name });
      if (finding !== undefined) yield finding;
    }
  },
};

interface Labelled {
  readonly labels: Labels;
  readonly path: FieldPath;
  /** The traffic that the label sends to the waypoint; undefined: of Services and of pods. */
  readonly traffic: 'service' | 'workload' | undefined;
}

/** Labels where ambient looks for a waypoint. */
function labelsOf(object: ModelObject): Labelled | undefined {
  const { labels } = object.metadata;
  switch (object.kind) {
    case 'Namespace':
      return { labels, path: ['metadata', 'labels'], traffic: undefined };
    case 'Service':
    case 'ServiceEntry':
      return { labels, path: ['metadata', 'labels'], traffic: 'service' };
    case 'Pod':
      return { labels, path: ['metadata', 'labels'], traffic: 'workload' };
    default:
      return 'template' in object
        ? {
            labels: object.template.metadata.labels,
            path: ['spec', 'template', 'metadata', 'labels'],
            traffic: 'workload',
          }
        : undefined;
  }
}

function checkLabel(
  cluster: Cluster,
  object: KindedObject,
  { path, traffic }: Labelled,
  wanted: { readonly namespace: string; readonly name: string },
): Finding | undefined {
  const key = `${wanted.namespace}/${wanted.name}`;
  const gateway = cluster.gateways.get(key);
  const place = { object, path: [...path, useLabel] };
  if (gateway === undefined) {
    if (cluster.unreadable.some(({ kind }) => kind === 'Gateway')) return undefined;
    const waypoints = [...cluster.gateways.values()].filter((each) =>
      isWaypoint(each, cluster.gatewayClasses),
    );
    const near = suggestName(
      wanted.name,
      waypoints.map(({ metadata }) => metadata.name),
    );
    const elsewhere = waypoints.find(({ metadata }) => metadata.name === wanted.name);
    return {
      ...place,
      code: 'PC3207',
      severity: 'warning',
      message: `${describeObject(object)}: its waypoint ${key} does not exist, so traffic goes without one`,
      help:
        elsewhere !== undefined
          ? `There is one in namespace ${elsewhere.metadata.namespace}: say so by the label ${namespaceLabel}.`
          : near !== undefined
            ? `Did you mean ${near}?`
            : 'Add a Gateway of class istio-waypoint with that name.',
      proof: { kind: 'never matches', reason: `no Gateway ${key} is among what was given` },
    };
  }
  const reason = whyPassedBy(cluster, gateway, traffic);
  if (reason === undefined) return undefined;
  return {
    ...place,
    code: 'PC3208',
    severity: 'warning',
    message: `${describeObject(object)}: its traffic does not go by way of ${key}, though its label says so`,
    help: 'Set the label istio.io/waypoint-for of the Gateway: service, workload or all.',
    related: [{ message: 'the Gateway', object: gateway, path: ['metadata', 'name'] }],
    proof: { kind: 'never matches', reason },
  };
}

/** A namespace may hold both kinds of traffic: there, any waypoint that takes one of them makes sense. */
function whyPassedBy(
  cluster: Cluster,
  gateway: NonNullable<ReturnType<Cluster['gateways']['get']>>,
  traffic: Labelled['traffic'],
): string | undefined {
  const { namespace, name, labels } = gateway.metadata;
  const key = `${namespace}/${name}`;
  if (!isWaypoint(gateway, cluster.gatewayClasses)) {
    return `Gateway ${key} is of class ${gateway.spec.gatewayClassName}, which is no waypoint`;
  }
  const takes = labelOf(labels, 'istio.io/waypoint-for') ?? 'service';
  if (takes === 'all' || takes === traffic || (traffic === undefined && takes !== 'none')) return undefined;
  const sent = traffic === 'workload' ? 'sent to pods by their own address' : 'sent to Services';
  return traffic === undefined
    ? `waypoint ${key} takes no traffic (istio.io/waypoint-for: ${takes})`
    : `waypoint ${key} takes no traffic that is ${sent} (istio.io/waypoint-for: ${takes})`;
}
