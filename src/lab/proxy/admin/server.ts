import { answerLogging } from '../../../istio/istioctl/index.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { describeCertificates } from './certs.ts';
import { describeClusters } from './clusters.ts';
import { dumpConfiguration } from './config-dump.ts';
import { answerStats } from './stats.ts';
import { notFound, type TextAnswer, type TextHandler } from './text-server.ts';

/** What changes something asks for POST. */
const changing: ReadonlySet<string> = new Set(['/logging', '/quitquitquit', '/reset_counters']);

/** Envoy's admin interface, as far as the built-in proxy has it. */
export function adminHandler(sidecar: Sidecar, isReady: () => boolean): TextHandler {
  const json = (text: string): TextAnswer => ({ status: 200, text, type: 'application/json' });
  const plain = (text: string): TextAnswer => ({ status: 200, text });
  return ({ method, url }) => {
    if (changing.has(url.pathname) && method !== 'POST')
      return { status: 405, text: `Method ${method} not allowed, POST required.` };
    switch (url.pathname) {
      case '/':
      case '/help':
        return plain(help);
      case '/ready':
        return isReady() ? plain('LIVE\n') : { status: 503, text: 'PRE_INITIALIZING\n' };
      case '/logging':
        return answerLogging(sidecar.log.loggers, url.searchParams);
      case '/stats':
        return answerStats(sidecar, isReady(), url.searchParams);
      case '/stats/prometheus':
        return prometheus(sidecar, isReady(), url);
      case '/reset_counters':
        sidecar.stats.reset();
        return plain('OK\n');
      case '/certs':
        return json(describeCertificates(sidecar.credentials.current()));
      case '/clusters':
        return plain(describeClusters(sidecar));
      case '/config_dump':
        return json(`${JSON.stringify(dumpConfiguration(sidecar.picture()), undefined, 1)}\n`);
      case '/server_info':
        return json(`${JSON.stringify(serverInfo(sidecar, isReady()), undefined, 1)}\n`);
      case '/quitquitquit':
        return { status: 403, text: "the lab's own proxies end with their pods\n" };
      default:
        return notFound;
    }
  };
}

/** `/stats/prometheus` at 15090. */
export function metricsHandler(sidecar: Sidecar, isReady: () => boolean): TextHandler {
  return ({ url }) => (url.pathname === '/stats/prometheus' ? prometheus(sidecar, isReady(), url) : notFound);
}

function prometheus(sidecar: Sidecar, ready: boolean, { searchParams }: URL): TextAnswer {
  const query = new URLSearchParams(searchParams);
  query.set('format', 'prometheus');
  return answerStats(sidecar, ready, query);
}

function serverInfo({ context }: Sidecar, ready: boolean): object {
  const { name, namespace } = context.pod.metadata;
  return {
    version: 'portcullis built-in proxy',
    state: ready ? 'LIVE' : 'PRE_INITIALIZING',
    node: {
      id: `sidecar~${context.address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `${context.pod.metadata.labels?.app ?? name}.${namespace}`,
    },
  };
}

const help = `admin commands are:
  /certs: print certs on machine
  /clusters: upstream cluster status
  /config_dump: dump current Envoy configs
  /logging (POST): query/change logging levels
  /ready: print server state, return 200 if LIVE, otherwise return 503
  /reset_counters (POST): reset all counters to zero
  /server_info: print server version/status information
  /stats: print server stats
  /stats/prometheus: print server stats in prometheus format
`;
