import { createLoggers } from '../../../istio/istioctl/index.ts';
import { createHttp1Pool } from '../http/pool-h1.ts';
import { createHttp2Pool } from '../http/pool-h2.ts';
import { formatAccess } from '../logs/access.ts';
import { createLog } from '../logs/line.ts';
import { logStart } from '../logs/start.ts';
import { fetchKeys } from '../tokens/fetch-keys.ts';
import { createKeySets } from '../tokens/key-sets.ts';
import { createKeyTexts } from '../tokens/key-texts.ts';
import type { MeshView, ProxyContext } from '../types.ts';
import { keepCredentials } from './credentials.ts';
import { drawPicture, type Picture } from './picture.ts';
import type { Sidecar } from './sidecar.ts';
import { createStats } from './stats.ts';

/** A sidecar without its listeners, and how to change it. */
export interface CreatedSidecar {
  readonly sidecar: Sidecar;
  readonly update: (view: MeshView) => void;
  /** From now on it takes nothing new, and renews nothing. */
  readonly drain: () => void;
}

/** Puts together what a sidecar works with. */
export async function createSidecar(context: ProxyContext, view: MeshView): Promise<CreatedSidecar> {
  const { pod, network, authority } = context;
  const { annotations = {}, namespace = '' } = pod.metadata;
  const settings = {
    level: annotations['sidecar.istio.io/logLevel'],
    componentLevel: annotations['sidecar.istio.io/componentLogLevel'],
  };
  const log = createLog(createLoggers(settings), context.log);
  let picture: Picture = drawPicture(context, view);
  let draining = false;
  let connections = 0;
  const began = performance.now();
  const { trustDomain } = picture.cluster.mesh;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  const credentials = await keepCredentials(authority, { trustDomain, namespace, serviceAccount }, (error) =>
    log.agent('error', 'cache', `failed to renew the workload certificate: ${error}`),
  );
  logStart(
    log,
    context,
    settings,
    credentials.current().identity,
    performance.now() - began,
    'portcullis-built-in',
  );
  const complain = (whose: string, error: unknown): void =>
    log.agent('warn', undefined, `failed to fetch the key set ${whose}: ${error}`);
  const keySets = createKeySets(
    createKeyTexts((uri) => fetchKeys(network, picture.cluster, uri), complain),
    ({ jwksUri, issuer }, error) => complain(jwksUri ?? issuer, error),
  );
  const sidecar: Sidecar = {
    context,
    log,
    picture: () => picture,
    credentials,
    http1: createHttp1Pool(),
    http2: createHttp2Pool(),
    sessions: new Map(),
    keySets,
    stats: createStats(),
    started: new Date(),
    turns: new Map(),
    logAccess: (entry) => log.access(formatAccess(entry, picture.view.accessLogEncoding ?? 'TEXT')),
    nextConnection: () => (connections += 1),
    isDraining: () => draining,
  };
  return {
    sidecar,
    update: (next) => {
      picture = drawPicture(context, next);
      credentials.moveTo(picture.cluster.mesh.trustDomain);
      // Policies of the network may have changed: a kept connection would pass them by, as the node lets what is established go on.
      sidecar.http1.renew();
      sidecar.http2.close();
    },
    drain: () => {
      draining = true;
      credentials.stop();
    },
  };
}
