import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentHandler } from '../admin/agent.ts';
import { healthHandler } from '../admin/health.ts';
import { serveTexts, type TextHandler } from '../admin/text-server.ts';
import { createLog } from '../logs/line.ts';
import { createLoggers } from '../logs/loggers.ts';
import { logStart } from '../logs/start.ts';
import { keepCredentials } from '../sidecar/credentials.ts';
import type { MeshView, ProxyContext, ProxyKind, RunningProxy } from '../types.ts';
import { type AskAdmin, adminOf } from './admin-client.ts';
import { envoyArguments } from './arguments.ts';
import { bootstrap } from './bootstrap.ts';
import { createConfigFiles } from './config-files.ts';
import { files, pathOf } from './files.ts';
import { untilInForce } from './in-force.ts';
import { inboundClusters } from './inbound-clusters.ts';
import { inboundListenerFor } from './inbound-listener.ts';
import { type SecretName, secretFile, secretsOf } from './secrets.ts';

/** Real Envoy, the program at `binary`, one process for each sidecar. */
export function envoyProxy(binary: string): ProxyKind {
  return { name: 'envoy', program: binary, start };
}

/** Milliseconds until Envoy must be ready. */
const startLimit = 30_000;

async function start(context: ProxyContext, view: MeshView): Promise<RunningProxy> {
  const { pod, address, network, process } = context;
  const { annotations = {}, namespace = '', name } = pod.metadata;
  const settings = {
    level: annotations['sidecar.istio.io/logLevel'],
    componentLevel: annotations['sidecar.istio.io/componentLogLevel'],
  };
  const log = createLog(createLoggers(settings), context.log);
  const complain = (what: string, error: unknown): void =>
    log.agent('error', undefined, `${what}: ${error instanceof Error ? error.message : error}`);
  const config = createConfigFiles(process);
  const ask = adminOf(network);

  const began = performance.now();
  const credentials = await keepCredentials(
    context.authority,
    {
      trustDomain: view.cluster.mesh.trustDomain,
      namespace,
      serviceAccount: pod.spec.serviceAccountName ?? 'default',
    },
    (error) => log.agent('error', 'cache', `failed to renew the workload certificate: ${error}`),
    () => void putSecrets().catch((error: unknown) => complain('certificates', error)),
  );
  const putSecrets = async (): Promise<void> => {
    const secrets = secretsOf(credentials.current().identity);
    for (const [secret, resource] of Object.entries(secrets)) {
      await config.put(secretFile(secret as SecretName), [resource]);
    }
  };

  /** Clusters first: a listener leads to them. */
  const putAll = async (next: MeshView): Promise<void> => {
    const own = next.cluster.pods.get(`${namespace}/${name}`);
    const encoding = next.accessLogEncoding ?? 'TEXT';
    await config.put(files.clusters, own === undefined ? [] : inboundClusters(own).map(asCluster));
    await config.put(
      files.listeners,
      own === undefined ? [] : [inboundListenerFor(next.cluster, own, encoding)].map(asListener),
    );
  };

  await process.writeFile(pathOf(files.bootstrap), JSON.stringify(bootstrap(pod, address)));
  await putSecrets();
  await putAll(view);
  logStart(log, context, settings, credentials.current().identity, performance.now() - began, 'envoy');
  const running = await process.run(envoyArguments(settings));
  let live = false;
  const exited = running.exited.then((exit) => {
    live = false;
    credentials.stop();
    return exit;
  });
  const isReady = (): boolean => live;
  const servers: Server[] = [];
  const closeServers = (): void => {
    for (const server of servers) server.close();
  };
  try {
    await untilLive(ask, running.exited);
    const health = healthHandler(isReady);
    const metrics = metricsOf(ask);
    const texts: readonly (readonly [number, TextHandler])[] = [
      [15021, health],
      [15020, agentHandler(context, health, metrics)],
      [15090, metrics],
    ];
    for (const [port, handler] of texts) servers.push(await serveTexts(network, '0.0.0.0', port, handler));
  } catch (error) {
    closeServers();
    credentials.stop();
    running.signal('SIGKILL');
    throw error;
  }
  void exited.then(closeServers);
  live = true;
  log.agent('info', undefined, 'Envoy proxy is ready');

  let work: Promise<void> = Promise.resolve();
  let latest = view;
  let stopping: Promise<void> | undefined;
  const stop = async (grace: number): Promise<void> => {
    live = false;
    if (grace > 0) await drain(ask, grace).catch(() => undefined);
    running.signal(grace > 0 ? 'SIGTERM' : 'SIGKILL');
    const late = setTimeout(() => running.signal('SIGKILL'), 2000);
    await exited;
    clearTimeout(late);
  };
  return {
    kind: 'envoy',
    ready: isReady,
    update: (next) => {
      latest = next;
      credentials.moveTo(next.cluster.mesh.trustDomain);
      work = work
        .then(() => (latest === next ? putAll(next) : undefined))
        .catch((error: unknown) => complain('configuration', error));
    },
    inForce: async () => {
      await work;
      const versions = {
        listeners: config.version(files.listeners),
        clusters: config.version(files.clusters),
      };
      const refused = await untilInForce(ask, versions);
      if (refused.length > 0) log.agent('warn', undefined, `not in force: ${refused.join(', ')}`);
    },
    stop: (grace) => (stopping ??= stop(grace)),
    exited,
  };
}

function asListener(listener: object): object {
  return { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...listener };
}

function asCluster(cluster: object): object {
  return { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', ...cluster };
}

/** Rejects where the process ends, or takes too long. */
async function untilLive(ask: AskAdmin, exited: Promise<{ readonly code: number }>): Promise<void> {
  let ended: number | undefined;
  void exited.then(({ code }) => {
    ended = code;
  });
  const end = performance.now() + startLimit;
  while (performance.now() < end) {
    if (ended !== undefined) throw new Error(`envoy ended with ${ended} before it was ready`);
    const answer = await ask('/ready').catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(10);
  }
  throw new Error(`envoy is not ready after ${startLimit / 1000} seconds`);
}

/** Lets requests and connections in flight end, for so many milliseconds at most. */
async function drain(ask: AskAdmin, grace: number): Promise<void> {
  const end = performance.now() + grace;
  await ask('/drain_listeners?graceful&skip_exit', 'POST');
  const active = `/stats?filter=${encodeURIComponent('^(http\\.(in|out)bound_.*downstream_rq_active|tcp\\..*downstream_cx_active)$')}`;
  while (performance.now() < end) {
    const { text } = await ask(active);
    if (!/: [1-9]/.test(text)) return;
    await sleep(20);
  }
}

/** `/stats/prometheus`, as Envoy's administration has it. */
function metricsOf(ask: AskAdmin): TextHandler {
  return async ({ url }) => {
    if (url.pathname !== '/stats/prometheus') return { status: 404, text: 'Not Found\n' };
    return await ask(`${url.pathname}${url.search}`);
  };
}
