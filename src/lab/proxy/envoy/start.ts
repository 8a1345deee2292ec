import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLoggers } from '../../../istio/istioctl/index.ts';
import type { Running } from '../../node/index.ts';
import { hasInotifyFor, inotifyLimit } from '../../system/index.ts';
import { agentHandler } from '../admin/agent.ts';
import { healthHandler } from '../admin/health.ts';
import { notFound, serveTexts, type TextHandler } from '../admin/text-server.ts';
import { createLog } from '../logs/line.ts';
import { logStart } from '../logs/start.ts';
import { keepCredentials } from '../sidecar/credentials.ts';
import { fetchKeys } from '../tokens/fetch-keys.ts';
import { createKeyTexts } from '../tokens/key-texts.ts';
import type { MeshView, ProxyContext, ProxyKind, RunningProxy } from '../types.ts';
import { type AskAdmin, adminOf } from './admin-client.ts';
import { envoyArguments } from './arguments.ts';
import { bootstrap } from './bootstrap.ts';
import { keepConfiguration } from './configuration.ts';
import { files, pathOf } from './files.ts';
import { untilInForce } from './in-force.ts';

/** Real Envoy, the program at `binary`, one process for each sidecar. */
export function envoyProxy(binary: string): ProxyKind {
  return { name: 'envoy', program: binary, start };
}

/** Milliseconds until Envoy must be ready, and until it must have ended. */
const [startLimit, endLimit] = [30_000, 2000];

async function start(context: ProxyContext, view: MeshView): Promise<RunningProxy> {
  const { pod, address, network, process, authority } = context;
  const { annotations = {}, namespace = '' } = pod.metadata;
  const settings = {
    level: annotations['sidecar.istio.io/logLevel'],
    componentLevel: annotations['sidecar.istio.io/componentLogLevel'],
  };
  const log = createLog(createLoggers(settings), context.log);
  const complain = (level: 'warn' | 'error', what: string, error: unknown): void =>
    log.agent(level, undefined, `${what}: ${error instanceof Error ? error.message : error}`);
  let latest = view;
  const keys = createKeyTexts(
    (uri) => fetchKeys(network, latest.cluster, uri),
    (whose, error) => complain('warn', `failed to fetch the key set ${whose}`, error),
  );
  const config = keepConfiguration(context, keys, (error) => complain('error', 'configuration', error));
  const failedToRenew = (error: unknown): void =>
    log.agent('error', 'cache', `failed to renew the workload certificate: ${error}`);
  const began = performance.now();
  const { trustDomain } = view.cluster.mesh;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  const workload = { trustDomain, namespace, serviceAccount };
  const credentials = await keepCredentials(authority, workload, failedToRenew, () => {
    config.showIdentity(credentials.current().identity).catch(failedToRenew);
  });
  const { identity } = credentials.current();
  logStart(log, context, settings, identity, performance.now() - began, 'envoy');
  await process.writeFile(pathOf(files.bootstrap), JSON.stringify(bootstrap(pod, address, identity.roots)));
  await config.showIdentity(identity);
  await config.show(view);
  checkInotify(config.watched());

  const ask = adminOf(network);
  let live = false;
  const isLive = (): boolean => live && config.isComplete();
  let servers: readonly Server[] = [];
  const leave = (): void => {
    live = false;
    credentials.stop();
    config.stop();
  };
  const end = (): void => {
    leave();
    for (const server of servers) server.close();
  };
  let running: Running;
  try {
    servers = await serveAgent(context, ask, isLive);
    running = await process.run(envoyArguments(settings));
    await untilLive(ask, running).catch((error: unknown) => {
      running.signal('SIGKILL');
      throw error;
    });
  } catch (error) {
    end();
    throw error;
  }
  const exited = running.exited.finally(end);
  live = true;
  log.agent('info', undefined, 'Envoy proxy is ready');

  let stopping: Promise<void> | undefined;
  const stop = async (grace: number): Promise<void> => {
    leave();
    if (grace > 0) await drain(ask, grace).catch(() => undefined);
    running.signal(grace > 0 ? 'SIGTERM' : 'SIGKILL');
    const late = setTimeout(() => running.signal('SIGKILL'), endLimit);
    await exited;
    clearTimeout(late);
  };
  return {
    kind: 'envoy',
    ready: isLive,
    update: (next) => {
      latest = next;
      credentials.moveTo(next.cluster.mesh.trustDomain);
      void config.show(next);
    },
    inForce: async () => {
      try {
        const refused = await untilInForce(ask, await config.written());
        if (refused.length > 0) complain('warn', 'not in force', refused.join(', '));
      } catch (error) {
        // Of an Envoy that is no more nothing is in force.
        if (live) complain('warn', 'not in force', error);
      }
    },
    stop: (grace) => (stopping ??= stop(grace)),
    exited,
  };
}

/** Each file that Envoy watches is an inotify instance, and without one Envoy aborts. */
function checkInotify(count: number): void {
  if (hasInotifyFor(count)) return;
  throw new Error(
    `Envoy watches its files by inotify, and this user has all ${inotifyLimit()} instances in use that Linux lets one have: ` +
      'sudo sysctl fs.inotify.max_user_instances=1024, or a lab with --proxy built-in',
  );
}

/** What Istio's agent serves beside Envoy: health, the application's own probes, and the metrics. */
async function serveAgent(
  context: ProxyContext,
  ask: AskAdmin,
  isLive: () => boolean,
): Promise<readonly Server[]> {
  const health = healthHandler(async () => isLive() && (await ask('/ready')).status === 200);
  const metrics = metricsOf(ask);
  const texts: readonly (readonly [number, TextHandler])[] = [
    [15021, health],
    [15020, agentHandler(context, health, metrics)],
    [15090, metrics],
  ];
  const servers: Server[] = [];
  try {
    for (const [port, handler] of texts) {
      servers.push(await serveTexts(context.network, '0.0.0.0', port, handler));
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

/** Rejects where the process ends, or takes too long. */
async function untilLive(ask: AskAdmin, { exited }: Running): Promise<void> {
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
    if (url.pathname !== '/stats/prometheus') return notFound;
    return await ask(`${url.pathname}${url.search}`);
  };
}
