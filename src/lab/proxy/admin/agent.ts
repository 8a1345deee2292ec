import type { ProxyContext } from '../types.ts';
import { appHealth } from './app-health.ts';
import type { TextHandler } from './text-server.ts';

/** The agent's port 15020: health, the application's own probes, and the metrics of proxy and application together (here: the proxy's). */
export function agentHandler(
  context: Pick<ProxyContext, 'pod' | 'network' | 'address'>,
  health: TextHandler,
  metrics: TextHandler,
): TextHandler {
  const probe = appHealth(context);
  return (request) => {
    const { pathname } = request.url;
    if (pathname.startsWith('/app-health/')) return probe(pathname);
    return pathname === '/stats/prometheus' ? metrics(request) : health(request);
  };
}
