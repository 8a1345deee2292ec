import type { Container, PodSpec, Probe, StringMap } from '../../store/index.ts';

/** The agent's port, which no policy stands before. */
const agentPort = 15020;

/** Kinds of probe and the path at which the agent answers for them. */
const kinds = { readinessProbe: 'readyz', livenessProbe: 'livez', startupProbe: 'startupz' } as const;
type ProbeKind = keyof typeof kinds;

/** An application's own probes by the agent's paths, as the environment variable ISTIO_KUBE_APP_PROBERS has them. */
export type AppProbers = Readonly<Record<string, Pick<Probe, 'httpGet' | 'tcpSocket' | 'timeoutSeconds'>>>;

/** The probes that the agent makes in the kubelet's place, as text; undefined where there are none, or the pod does not want it. */
export function probersText(annotations: StringMap, spec: PodSpec): string | undefined {
  if (!isRewritten(annotations)) return undefined;
  const entries = spec.containers.flatMap((container) =>
    probesOf(container).map(
      ([kind, probe]) => [pathOf(container, kind), proberOf(container, probe)] as const,
    ),
  );
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries));
}

/** The containers with their probes sent to the agent: the kubelet has no identity in the mesh. Source: istio pkg/kube/inject/app_probe.go. */
export function rewriteProbes(
  annotations: StringMap,
  containers: readonly Container[],
): readonly Container[] {
  if (!isRewritten(annotations)) return containers;
  return containers.map((container) => {
    const rewritten = probesOf(container).map(([kind, { httpGet: _, tcpSocket: __, ...rest }]) => {
      const httpGet = { path: pathOf(container, kind), port: agentPort, scheme: 'HTTP' };
      return [kind, { ...rest, httpGet }] as const;
    });
    return { ...container, ...Object.fromEntries(rewritten) };
  });
}

/** The probes of an injected pod's application, as its sidecar finds them. */
export function readProbers(containers: readonly Container[]): AppProbers {
  const proxy = containers.find(({ name }) => name === 'istio-proxy');
  const text = proxy?.env?.find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')?.value;
  return text === undefined ? {} : (JSON.parse(text) as AppProbers);
}

function isRewritten(annotations: StringMap): boolean {
  return annotations['sidecar.istio.io/rewriteAppHTTPProbers'] !== 'false';
}

/** Probes that run a program stay the kubelet's, and so do those by gRPC. */
function probesOf(container: Container): readonly (readonly [ProbeKind, Probe])[] {
  return (Object.keys(kinds) as ProbeKind[]).flatMap((kind) => {
    const probe = container[kind];
    const asks = probe?.httpGet ?? probe?.tcpSocket;
    return probe === undefined || asks === undefined ? [] : [[kind, probe] as const];
  });
}

function pathOf({ name }: Container, kind: ProbeKind): string {
  return `/app-health/${name}/${kinds[kind]}`;
}

function proberOf(container: Container, { httpGet, tcpSocket, timeoutSeconds }: Probe): AppProbers[string] {
  const number = (port: number | string): number | string =>
    container.ports?.find(({ name }) => name === port)?.containerPort ?? port;
  return {
    ...(httpGet === undefined ? {} : { httpGet: { ...httpGet, port: number(httpGet.port) } }),
    ...(tcpSocket === undefined ? {} : { tcpSocket: { port: number(tcpSocket.port) } }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}
