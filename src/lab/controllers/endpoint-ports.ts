import type { Container, ContainerPort, EndpointSlice, Pod, Service, ServicePort } from '../store/index.ts';

type Port = NonNullable<EndpointSlice['ports']>[number];

/** The ports that a pod serves a Service at: a target port that is a name is looked up in the pod, and a port that the pod lacks is left out. */
export function endpointPorts({ spec }: Service, pod: Pod): readonly Port[] {
  return (spec.ports ?? []).flatMap((port): readonly Port[] => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetPort(
  { port, targetPort: target = port, protocol = 'TCP' }: ServicePort,
  pod: Pod,
): number | undefined {
  if (typeof target === 'number') return target === 0 ? port : target;
  return declaredPorts(pod).find((each) => each.name === target && (each.protocol ?? 'TCP') === protocol)
    ?.containerPort;
}

/** Of containers, then of init containers that keep running. */
function declaredPorts({ spec }: Pod): readonly ContainerPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].flatMap(({ ports = [] }: Container) => ports);
}
