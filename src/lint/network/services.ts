import { type Cluster, type ClusterPod, podsOf } from '../../cluster/index.ts';
import {
  describeObject,
  formatPath,
  formatSelector,
  hasLabels,
  listNames,
  type PodOwner,
  podEndpoint,
  type Service,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { isOfGateway, makersWords } from './absent.ts';
import { findNearLabels, labelledPods } from './near-labels.ts';
import { oneOfEach } from './pods.ts';
import { outsideAddress } from './rule-requests.ts';
import { isSlip } from './slip.ts';

/** PC3031: a Service that selects no pod; PC3032: a target port by a name that no pod declares; PC3033: by a number that no pod declares. */
export const services: LintRule = {
  codes: ['PC3031', 'PC3032', 'PC3033'],
  *check(context: LintContext): Iterable<Finding> {
    if (context.cluster.pods.size === 0) return;
    for (const service of context.cluster.services.values()) {
      const { selector = {}, type } = service.spec;
      if (type === 'ExternalName' || Object.keys(selector).length === 0) continue;
      const pods = podsOf(context.cluster, service.metadata.namespace, service.metadata.name);
      if (pods.length === 0) yield* checkSelector(context, service);
      else yield* checkPorts(context, service, oneOfEach(pods));
    }
  },
};

function* checkSelector(context: LintContext, service: Service): Iterable<Finding> {
  const { cluster, objects } = context;
  const { namespace } = service.metadata;
  const { selector = {} } = service.spec;
  const isToCome = objects.some(
    (object): object is PodOwner =>
      'template' in object &&
      object.metadata.namespace === namespace &&
      hasLabels(object.template.metadata.labels, selector),
  );
  if (isToCome || cluster.endpointSlices.has(`${namespace}/${service.metadata.name}`)) return;
  const here = [...cluster.pods.values()].filter((pod) => pod.namespace === namespace);
  const elsewhere = [...cluster.pods.values()].filter(({ labels }) => hasLabels(labels, selector));
  const [first, ...others] = new Set(elsewhere.map((pod) => pod.namespace));
  const asSelector = { matchLabels: selector };
  if (isOfGateway(context, asSelector)) return;
  const makers = makersWords(context);
  const near = findNearLabels(asSelector, labelledPods(here));
  const help =
    near !== undefined
      ? `Closest: ${near.text}.`
      : first !== undefined && others.length === 0
        ? `Pods with these labels are in namespace ${first}; a Service selects in its own, which is ${namespace}.`
        : undefined;
  yield {
    code: 'PC3031',
    severity: (here.length > 0 && makers === '') || near?.likely === true ? 'warning' : 'info',
    message: `${describeObject(service)} selects no pod: every connection to it fails`,
    object: service,
    path: ['spec', 'selector'],
    ...(help !== undefined && { help }),
    proof: {
      kind: 'never matches',
      reason:
        here.length === 0
          ? `there is no pod in namespace ${namespace}`
          : `no pod in namespace ${namespace} has ${formatSelector(asSelector)}${makers}`,
    },
  };
}

function* checkPorts(context: LintContext, service: Service, pods: readonly ClusterPod[]): Iterable<Finding> {
  const headless = service.spec.clusterIPs.includes('None');
  for (const [index, port] of service.spec.ports.entries()) {
    const target = port.targetPort ?? port.port;
    const declared = pods.flatMap(({ ports }) => ports).filter(({ protocol }) => protocol === port.protocol);
    const path = ['spec', 'ports', index, port.targetPort === undefined ? 'port' : 'targetPort'];
    const known = listNames(
      [
        ...new Set(
          declared.map(
            ({ name, containerPort }) => `${containerPort}${name === undefined ? '' : ` (${name})`}`,
          ),
        ),
      ],
      5,
    );
    if (typeof target === 'string') {
      if (declared.some(({ name }) => name === target)) continue;
      const request = plainRequest(
        context.cluster,
        clientOf(context.cluster, pods),
        { kind: 'service', namespace: service.metadata.namespace, name: service.metadata.name },
        port.port,
        port.protocol,
      );
      const near = declared.find(({ name }) => name !== undefined && isSlip(name, target))?.name;
      yield {
        code: 'PC3032',
        severity: 'error',
        message: `${describeObject(service)}: no pod declares the ${port.protocol} port named ${target}, so port ${port.port} leads nowhere`,
        object: service,
        path,
        help: near === undefined ? `The pods declare ${known || 'no port'}.` : `Did you mean ${near}?`,
        proof: { kind: 'witness', witnesses: [context.witness(request)] },
      };
      continue;
    }
    if (headless || declared.length === 0 || declared.some(({ containerPort }) => containerPort === target)) {
      continue;
    }
    yield {
      code: 'PC3033',
      severity: 'info',
      message: `${describeObject(service)}: ${formatPath(path)} is ${target}, which none of its pods declares; they declare ${known}`,
      object: service,
      path,
      help: 'A port need not be declared to be open. If the container does listen there, declare it, so that policies and people can name it.',
      proof: {
        kind: 'never matches',
        reason: `no container of the pods has containerPort ${target} (${port.protocol})`,
      },
    };
  }
}

function clientOf(cluster: Cluster, servers: readonly ClusterPod[]): ReturnType<typeof podEndpoint> {
  const keys = new Set(servers.map(({ key }) => key));
  const other = [...cluster.pods.values()].find(({ key }) => !keys.has(key));
  return other === undefined ? { kind: 'address', address: outsideAddress } : podEndpoint(other);
}
