import type { Container, PodSpec, StringMap } from '../../store/index.ts';
import { captureArguments } from '../capture/settings.ts';
import { probersText } from './probes.ts';

/** What pods of a mesh run beside their application. Istio's own image, of the release whose behaviour the lab follows. */
const proxyImage = 'docker.io/istio/proxyv2:1.30.3';

/** The init container that sets up the capture. Source: istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml. */
export function initContainer(annotations: StringMap): Container {
  return { name: 'istio-init', image: imageOf(annotations), args: [...captureArguments(annotations)] };
}

/** The sidecar itself. `spec` is the application's, before its probes are rewritten. */
export function proxyContainer(annotations: StringMap, namespace: string, spec: PodSpec): Container {
  const of = (name: string, otherwise: string): string =>
    annotations[`sidecar.istio.io/${name}`] ?? otherwise;
  const readiness = (name: string, otherwise: number): number =>
    Number(annotations[`readiness.status.sidecar.istio.io/${name}`] ?? otherwise);
  const delay = readiness('initialDelaySeconds', 0);
  const health = { path: '/healthz/ready', port: 15021 };
  const probers = probersText(annotations, spec);
  return {
    name: 'istio-proxy',
    image: imageOf(annotations),
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    args: [
      'proxy',
      'sidecar',
      '--domain',
      `${namespace}.svc.cluster.local`,
      `--proxyLogLevel=${of('logLevel', 'warning')}`,
      `--proxyComponentLogLevel=${of('componentLogLevel', 'misc:error')}`,
      `--log_output_level=${of('agentLogLevel', 'default:info')}`,
    ],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'INSTANCE_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'SERVICE_ACCOUNT', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } },
      { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
      { name: 'ISTIO_META_APP_CONTAINERS', value: spec.containers.map(({ name }) => name).join(',') },
      { name: 'ISTIO_META_CLUSTER_ID', value: 'Kubernetes' },
      { name: 'ISTIO_META_INTERCEPTION_MODE', value: 'REDIRECT' },
      ...(probers === undefined ? [] : [{ name: 'ISTIO_KUBE_APP_PROBERS', value: probers }]),
    ],
    startupProbe: {
      httpGet: health,
      periodSeconds: 1,
      timeoutSeconds: 3,
      failureThreshold: 600,
    },
    readinessProbe: {
      httpGet: health,
      // The API server does not store a zero: with it, every later update of the pod would look like one of its spec.
      ...(delay > 0 && { initialDelaySeconds: delay }),
      periodSeconds: readiness('periodSeconds', 15),
      timeoutSeconds: 3,
      failureThreshold: readiness('failureThreshold', 4),
    },
  };
}

function imageOf(annotations: StringMap): string {
  return annotations['sidecar.istio.io/proxyImage'] ?? proxyImage;
}
