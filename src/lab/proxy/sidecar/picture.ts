import {
  type Cluster,
  type ClusterPod,
  type PolicyTarget,
  portProtocolOf,
  servicePortFor,
} from '../../../cluster/index.ts';
import type { Service, ServicePort } from '../../../model/index.ts';
import { effectiveMode } from '../../../policy/peer-authentication/index.ts';
import type { Inbound } from '../../../verdict/index.ts';
import { type Directory, directoryOf } from '../outbound/directory.ts';
import type { MeshView, ProxyContext } from '../types.ts';

/** A port of the sidecar's own pod. */
export interface OwnPort {
  readonly port: number;
  readonly protocol: Inbound['portProtocol'];
  readonly mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE';
  /** The Service that leads there, if any does. */
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
}

/** The mesh at one moment as one sidecar sees it. Made anew for each change of the mesh; what it takes long to find out is kept with it. */
export interface Picture {
  readonly view: MeshView;
  readonly cluster: Cluster;
  /** The sidecar's own pod; undefined where the view does not have it (yet). */
  readonly own: ClusterPod | undefined;
  readonly namespace: string;
  /** What policies attach to here. */
  readonly target: PolicyTarget;
  readonly at: Inbound['at'];
  readonly ownPort: (port: number) => OwnPort;
  readonly directory: Directory;
}

/** Makes the picture that the sidecar of a pod has of the mesh. */
export function drawPicture(context: ProxyContext, view: MeshView): Picture {
  const { name, namespace = '', labels = {} } = context.pod.metadata;
  const { cluster } = view;
  const own = cluster.pods.get(`${namespace}/${name}`);
  const target = own?.policyTarget ?? { namespace, labels, waypoint: false, services: [] };
  const ports = new Map<number, OwnPort>();
  return {
    view,
    cluster,
    own,
    namespace,
    target,
    at: { kind: 'sidecar', pod: `${namespace}/${name}` },
    ownPort: (port) => {
      const known = ports.get(port);
      if (known !== undefined) return known;
      const found = describePort(cluster, own, target, port);
      ports.set(port, found);
      return found;
    },
    get directory() {
      return directoryOf(view);
    },
  };
}

function describePort(
  cluster: Cluster,
  own: ClusterPod | undefined,
  target: PolicyTarget,
  port: number,
): OwnPort {
  const reached = own === undefined ? undefined : servicePortFor(own, port, 'TCP');
  return {
    port,
    protocol: reached === undefined ? 'undeclared' : portProtocolOf(reached.port),
    mode: effectiveMode(cluster, target, port).mode,
    service: reached?.service,
    servicePort: reached?.port,
  };
}
