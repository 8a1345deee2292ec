import { type Manifests, readManifests } from '../../manifest/index.ts';
import type { Component } from '../components/index.ts';
import { standInSource } from './peer-stand-ins.ts';

/** What a chart gives to the pods of its Deployment or DaemonSet, as far as policies can tell pods apart. */
interface PodShape {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports: readonly (readonly [name: string | undefined, port: number])[];
  readonly hostNetwork?: boolean;
}

const outside = { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' };

/** Manifests of a workload with the labels, ports and place on the host network that the chart gives to its pods, for a cluster that has none yet. */
export function standInFor(component: Component): Manifests {
  const { name, namespace, release } = component;
  const { kind, container, labels, annotations = {}, ports, hostNetwork = false } = shapeOf(component);
  const own = { ...shared(component), ...labels, ...component.selector };
  const text = JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels: own },
    spec: {
      selector: { matchLabels: component.selector },
      template: {
        metadata: { labels: own, annotations },
        spec: {
          serviceAccountName: name,
          hostNetwork,
          containers: [
            {
              name: container,
              image: 'auto',
              ports: ports.map(([portName, containerPort]) => ({
                ...(portName === undefined ? {} : { name: portName }),
                containerPort,
                protocol: 'TCP',
              })),
            },
          ],
        },
      },
    },
  });
  return readManifests([{ name: `${standInSource}${release.chart} ${namespace}/${name}`, text }], {
    namespace,
  });
}

/** Labels of every chart's pods. */
function shared({ release }: Component): Readonly<Record<string, string>> {
  const { name, appVersion } = release;
  return {
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/part-of': 'istio',
    ...(appVersion === '' ? {} : { 'app.kubernetes.io/version': appVersion }),
  };
}

function shapeOf(component: Component): PodShape {
  const { release, name, revision } = component;
  switch (release.chart) {
    case 'istiod':
      return {
        kind: 'Deployment',
        container: 'discovery',
        labels: {
          ...outside,
          'operator.istio.io/component': 'Pilot',
          istio: revision === '' ? 'pilot' : 'istiod',
          'app.kubernetes.io/name': 'istiod',
        },
        ports: [
          ['http-debug', 8080],
          ['grpc-xds', 15010],
          ['tls-xds', 15012],
          ['https-webhooks', 15017],
          ['http-monitoring', 15014],
        ],
      };
    case 'istio-cni':
      return {
        kind: 'DaemonSet',
        container: 'install-cni',
        labels: { ...outside, 'app.kubernetes.io/name': 'istio-cni' },
        ports: [['metrics', 15014]],
        ...(component.hostNetwork === true && { hostNetwork: true }),
      };
    case 'ztunnel':
      return {
        kind: 'DaemonSet',
        // The engine takes a container istio-proxy for a sidecar's; ztunnel's has the same name.
        container: 'ztunnel',
        labels: { ...outside, 'app.kubernetes.io/name': 'ztunnel' },
        ports: [['ztunnel-stats', 15020]],
      };
    case 'gateway':
      return {
        kind: 'Deployment',
        container: 'istio-proxy',
        labels: {
          'sidecar.istio.io/inject': 'true',
          'istio.io/dataplane-mode': 'none',
          'app.kubernetes.io/name': name,
        },
        annotations: { 'inject.istio.io/templates': 'gateway' },
        ports: [['http-envoy-prom', 15090]],
      };
    case 'istio-ingress':
    case 'istio-egress':
      return {
        kind: 'Deployment',
        container: 'istio-proxy',
        labels: { ...outside, 'app.kubernetes.io/name': `${release.chart}gateway` },
        annotations: { 'inject.istio.io/templates': 'gateway' },
        ports: [
          ...component.listeners.flatMap(({ targetPort }) =>
            typeof targetPort === 'number' ? [[undefined, targetPort] as const] : [],
          ),
          ['http-envoy-prom', 15090],
        ],
      };
  }
}
