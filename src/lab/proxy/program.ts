import { join } from 'node:path';
import type { ContainerContext, Exit, Program, Running } from '../node/index.ts';
import { runProgram } from '../system/index.ts';
import { captureRules } from './capture/rules.ts';
import { readCaptureArguments } from './capture/settings.ts';
import { timestamp } from './logs/line.ts';
import { pilotAgentScript } from './pilot-agent.ts';
import type { CertificateAuthority, MeshView, ProxyKind, ProxyProcess, RunningProxy } from './types.ts';

/** Where istio/proxyv2 has its Envoy. */
const proxyPath = '/usr/local/bin/envoy';

/** Where a program of sidecars gets the mesh from. */
export interface MeshSource {
  readonly mesh: () => MeshView;
  /** Calls back after changes; gives back how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface ProxyProgramOptions {
  readonly authority: CertificateAuthority;
  readonly view: MeshSource;
  /** For requests in flight when the pod goes, in milliseconds; Istio's terminationDrainDuration. */
  readonly drain?: number;
  /** Kept up to date with the sidecars at work. */
  readonly running?: Set<RunningProxy>;
}

/** The program of the image istio/proxyv2: `istio-iptables` sets up the capture in the pod's namespace and ends, `proxy` is the sidecar. */
export function proxyProgram(kind: ProxyKind, options: ProxyProgramOptions): Program {
  const start = (context: ContainerContext): Promise<Running> => {
    const [command, ...args] = context.container.args ?? [];
    if (command === 'istio-iptables') return capture(context, args);
    if (command === 'proxy') return runProxy(context, kind, options);
    return Promise.reject(
      new Error(`istio/proxyv2 knows istio-iptables and proxy, not ${command ?? 'nothing'}`),
    );
  };
  return Object.assign(start, {
    ...(kind.program !== undefined && {
      binds: [{ source: kind.program, at: proxyPath }],
      capabilities: ['net_admin'],
    }),
    files: [{ path: '/usr/local/bin/pilot-agent', text: pilotAgentScript, mode: 0o755 }],
  });
}

/** Never blocks: the capture is in force when the returned program has ended with 0. */
async function capture({ network, log }: ContainerContext, args: readonly string[]): Promise<Running> {
  const rules = captureRules(readCaptureArguments(args));
  const info = (message: string): void => log(`${timestamp()}\tinfo\t${message}`);
  info(`Istio nftables variables:\n${args.join(' ')}`.replace('\n', ' '));
  const exited = runProgram(network, 'nft', ['-f', '-'], rules).then(
    (): Exit => {
      for (const line of rules.trimEnd().split('\n')) info(line);
      return { code: 0 };
    },
    (error: unknown): Exit => {
      log(`${timestamp()}\terror\t${error}`, 'stderr');
      return { code: 1 };
    },
  );
  return { exited, signal: () => undefined };
}

async function runProxy(
  { pod, address, network, log, spawn, writeFile }: ContainerContext,
  kind: ProxyKind,
  { authority, view, drain = 5000, running }: ProxyProgramOptions,
): Promise<Running> {
  const process: ProxyProcess = {
    writeFile: (path, text) => writeFile(join('/', path), text),
    run: (args) => spawn([proxyPath, ...args]),
  };
  const context = { pod, address, network, authority, log: (line: string) => log(line), process };
  const proxy = await kind.start(context, view.mesh());
  const unsubscribe = view.subscribe(() => proxy.update(view.mesh()));
  // What has changed while it started.
  proxy.update(view.mesh());
  running?.add(proxy);
  let code = 0;
  return {
    exited: proxy.exited.then((exit): Exit => {
      unsubscribe();
      running?.delete(proxy);
      return code === 0 ? exit : { code, signal: code - 128 };
    }),
    ready: proxy.ready,
    signal: (name) => {
      if (name === 'SIGKILL') code = 137;
      else if (name !== 'SIGTERM' && name !== 'SIGINT') return;
      proxy.stop(name === 'SIGKILL' ? 0 : drain).catch((error: unknown) => log(`stop: ${error}`, 'stderr'));
    },
  };
}
