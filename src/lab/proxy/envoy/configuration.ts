import { setTimeout as sleep } from 'node:timers/promises';
import { type KeyTexts, keyRefresh } from '../tokens/key-texts.ts';
import type { MeshView, ProxyContext, WorkloadIdentity } from '../types.ts';
import { type ConfigFiles, createConfigFiles } from './config-files.ts';
import { withFetchedKeys } from './fetched-keys.ts';
import { files } from './files.ts';
import type { Versions } from './in-force.ts';
import { inboundClusters } from './inbound-clusters.ts';
import { inboundListenerFor } from './inbound-listener.ts';
import { outboundConfig } from './outbound/index.ts';
import { routeFile, routesApart } from './routes-apart.ts';
import { certificateSecret } from './secrets.ts';

/** What one Envoy is configured by, kept up with the mesh. */
export interface Configuration {
  /** Writes what a view of the mesh comes to, after what was asked before it. Keys that have to be fetched may come later. */
  readonly show: (view: MeshView) => Promise<unknown>;
  readonly showIdentity: (identity: WorkloadIdentity) => Promise<void>;
  /** Whether the pod was in what was shown last: without it there is nothing to listen for. */
  readonly isComplete: () => boolean;
  /** How many files Envoy watches. */
  readonly watched: () => number;
  /** Resolves with the versions that are written when nothing is left to write. */
  readonly written: () => Promise<Versions>;
  readonly stop: () => void;
}

/** Milliseconds between two changes at least: many pods that start one after the other are few changes. Source: Istio's PILOT_DEBOUNCE_AFTER. */
const spacing = 100;

/** Keeps the files of a pod's Envoy. `complain` hears of what could not be written. */
export function keepConfiguration(
  { pod, process }: Pick<ProxyContext, 'pod' | 'process'>,
  texts: KeyTexts,
  complain: (error: unknown) => void,
): Configuration {
  const config = createConfigFiles(process);
  let latest: MeshView | undefined;
  let work: Promise<unknown> = Promise.resolve();
  let missingKeys: Promise<unknown> = Promise.resolve();
  let refresh: NodeJS.Timeout | undefined;
  let routes: readonly string[] = [];
  let complete = false;
  let last = -spacing;

  const write = async (view: MeshView): Promise<void> => {
    if (view !== latest) return;
    await sleep(Math.max(last + spacing - performance.now(), 0));
    if (view !== latest) return;
    last = performance.now();
    clearTimeout(refresh);
    const { missing, fetched, ...written } = await writeView(config, view, pod, texts);
    ({ routes, complete } = written);
    const again = (): void => {
      if (view === latest) void show(view);
    };
    if (missing !== undefined) missingKeys = missing.then(again);
    else if (fetched) refresh = setTimeout(again, keyRefresh).unref();
  };
  const show = (view: MeshView): Promise<unknown> => {
    latest = view;
    work = work.then(() => write(view)).catch(complain);
    return work;
  };
  return {
    show,
    isComplete: () => complete,
    watched: config.count,
    showIdentity: async (identity) => {
      await config.put(files.certificate, [certificateSecret(identity)]);
    },
    written: async () => {
      let seen: Promise<unknown> | undefined;
      while (seen !== work) {
        seen = work;
        await seen;
        await missingKeys;
      }
      return {
        listeners: config.version(files.listeners),
        clusters: config.version(files.clusters),
        routes: new Map(routes.map((name) => [name, config.version(routeFile(name))])),
      };
    },
    stop: () => {
      latest = undefined;
      clearTimeout(refresh);
    },
  };
}

interface Written {
  readonly missing?: Promise<unknown> | undefined;
  readonly fetched: boolean;
  readonly routes: readonly string[];
  readonly complete: boolean;
}

/** Clusters first: routes lead to them, and listeners to both. Nothing listens for a pod that is not in the picture yet. */
async function writeView(
  config: ConfigFiles,
  view: MeshView,
  pod: ProxyContext['pod'],
  texts: KeyTexts,
): Promise<Written> {
  const { namespace, name } = pod.metadata;
  const own = view.cluster.pods.get(`${namespace}/${name}`);
  if (own === undefined) {
    await config.put(files.clusters, []);
    await config.put(files.listeners, []);
    return { fetched: false, routes: [], complete: false };
  }
  const { cluster, missing, fetched } = await withFetchedKeys(view.cluster, own.policyTarget, texts);
  const outbound = outboundConfig(view, pod);
  const inbound = inboundListenerFor(cluster, own, view.accessLogEncoding ?? 'TEXT');
  await config.put(files.clusters, [...inboundClusters(own), ...outbound.clusters]);
  const { listeners, routes } = routesApart(outbound.listeners);
  for (const [name, route] of routes) await config.put(routeFile(name), [route]);
  await config.put(files.listeners, [inbound, ...listeners]);
  return { missing, fetched, routes: [...routes.keys()], complete: true };
}
