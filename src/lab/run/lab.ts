import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { installDefaults, kubeconfigText, kubernetesVersion, startApi } from '../api/index.ts';
import { installAllocation, startControllers } from '../controllers/index.ts';
import { type LabOptions, type LabRecord, labDirectory } from '../launch/index.ts';
import { defaultPlan, startNetwork } from '../network/index.ts';
import { startNode } from '../node/index.ts';
import { installDns, installNodeAgent } from '../programs/index.ts';
import { createAuthority, installInjection, type RunningProxy } from '../proxy/index.ts';
import { createStore } from '../store/index.ts';
import { watchView } from '../view/index.ts';
import { labImages } from './images.ts';
import { keepInForce } from './keep-in-force.ts';
import { labRoutes } from './routes.ts';

/** What the lab tells about its own running. */
export interface LabReporter {
  readonly progress: (text: string) => void;
  /** A mistake of the lab itself that did not end it. */
  readonly report: (where: string, error: unknown) => void;
}

/** Of the API inside, on the node's address; pods reach it as `kubernetes.default.svc`. */
const apiPort = 6443;

/** Starts all parts of a lab in the namespaces of this process. Resolves when the API answers. */
export async function runLab(
  options: LabOptions,
  listenerFd: number,
  { progress, report }: LabReporter,
): Promise<void> {
  const plan = defaultPlan;
  const store = createStore();
  installDefaults(store);
  installAllocation(store, plan);
  installInjection(store);
  const authority = await createAuthority();
  const view = watchView(store, (error) => report('view', error));

  progress('network');
  const network = await startNetwork(plan, (error) => report('network', error));
  keepInForce(view, network, (error) => report('enforce', error));
  const sidecars = new Set<RunningProxy>();
  const images = labImages(options, { store, network, authority, view, plan, sidecars });
  const node = await startNode({ store, network, images, directory: labDirectory, report });

  progress('API');
  const token = randomBytes(24).toString('base64url');
  const api = await startApi({
    store,
    runtime: node,
    listeners: [{ fd: listenerFd }, { host: plan.nodeAddress, port: apiPort }],
    tls: await authority.serverCertificate([
      '127.0.0.1',
      'localhost',
      plan.nodeAddress,
      'kubernetes.default.svc',
    ]),
    token,
    routes: labRoutes({ network, view, sidecars }),
    places: { outside: node.execInOutside, node: node.execInNode },
  });
  startControllers(store, {
    plan,
    apiPort,
    version: kubernetesVersion,
    roots: { cluster: authority.roots, mesh: authority.roots },
    onError: (controller, key, error) => report(`${controller} ${key}`, error),
  });
  installDns(store, plan);
  if (options.nodeAgent !== undefined) installNodeAgent(store, options.nodeAgent);
  writeRecord(options, { port: api.ports[0]!, token, roots: authority.roots });
}

/** What somebody outside needs to find and to use the lab. */
function writeRecord(
  { name, proxy = { kind: 'built-in' } }: LabOptions,
  { port, token, roots }: { readonly port: number; readonly token: string; readonly roots: string },
): void {
  const startedAt = new Date().toISOString();
  const record: LabRecord = { name, port, token, proxy, authority: roots, startedAt };
  const server = `https://127.0.0.1:${port}`;
  const kubeconfig = kubeconfigText({ server, caPem: roots, token, name });
  writeFileSync(`${labDirectory}/kubeconfig`, kubeconfig, { mode: 0o600 });
  writeFileSync(`${labDirectory}/lab.json`, JSON.stringify(record), { mode: 0o600 });
}
