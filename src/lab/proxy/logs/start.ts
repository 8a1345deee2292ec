import type { LogSettings } from '../../../istio/istioctl/index.ts';
import type { ProxyContext, WorkloadIdentity } from '../types.ts';
import type { ProxyLog } from './line.ts';

/** What istio-agent says when it starts, as far as it is true of the lab's proxies. */
export function logStart(
  log: ProxyLog,
  { pod, address }: ProxyContext,
  { level = 'warning', componentLevel = 'misc:error' }: LogSettings,
  identity: WorkloadIdentity,
  milliseconds: number,
  version: string,
): void {
  const { name, namespace } = pod.metadata;
  const domain = `${namespace}.svc.cluster.local`;
  const info = (message: string, scope?: string): void => log.agent('info', scope, message);
  info(`FLAG: --domain="${domain}"`);
  info(`FLAG: --proxyComponentLogLevel="${componentLevel}"`);
  info(`FLAG: --proxyLogLevel="${level}"`);
  info(`Version ${version}, in place of istio/proxyv2`);
  info(`Proxy role\tips=[${address}] type=sidecar id=${name}.${namespace} domain=${domain}`);
  const life = Math.round((identity.notAfter.getTime() - Date.now()) / 1000);
  info(
    `generated new workload certificate\tresourceName=default latency=${milliseconds.toFixed(3)}ms ttl=${life}s`,
    'cache',
  );
  info('Root cert has changed, start rotating root cert', 'cache');
}
