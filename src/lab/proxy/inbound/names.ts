import type { OwnPort } from '../sidecar/picture.ts';

/** Envoy's name of the cluster that leads to the pod's own application. */
export function inboundCluster({ protocol, port }: OwnPort): string {
  return protocol === 'undeclared' ? 'InboundPassthroughCluster' : `inbound|${port}||`;
}

/** Name of what a request was for, which the inbound side tells its caller: `web.shop.svc.cluster.local:80/*`. */
export function decoratorOf({ service, servicePort }: OwnPort): string | undefined {
  if (service === undefined || servicePort === undefined) return undefined;
  const { name, namespace } = service.metadata;
  return `${name}.${namespace}.svc.cluster.local:${servicePort.port}/*`;
}
