import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContainerContext, Running } from '../../node/index.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { goLog } from '../kit/go-log.ts';
import { hostnameOf } from '../kit/hostname.ts';
import { sendText } from '../kit/http.ts';
import { type BuiltIn, builtIn } from '../kit/running.ts';
import { type Close, serveAll, serveHttp, serveUdp } from '../kit/servers.ts';
import { netexecRoutes } from './netexec-routes.ts';
import { sctpRefusal } from './sctp.ts';
import { udpAnswer } from './udp-answer.ts';

const flags = {
  'http-port': 'number',
  'udp-port': 'number',
  'sctp-port': 'number',
  'http-override': 'string',
  'udp-listen-addresses': 'string',
  'tls-cert-file': 'string',
  'tls-private-key-file': 'string',
  'delay-shutdown': 'number',
} as const;

/** `agnhost netexec`: HTTP on 8080 with its endpoints, UDP on 8081 with its commands. */
export async function netexec(context: ContainerContext, args: readonly string[]): Promise<Running> {
  const { values } = parseFlags(args, flags);
  const httpPort = (values.get('http-port') as number | undefined) ?? 8080;
  const udpPort = (values.get('udp-port') as number | undefined) ?? 8081;
  const sctpPort = (values.get('sctp-port') as number | undefined) ?? -1;
  const log = goLog(context);
  if (values.has('tls-cert-file'))
    log('the lab serves netexec without TLS only; --tls-cert-file has no effect');
  if (sctpPort !== -1) log(sctpRefusal(sctpPort));
  return serveNetexec(context, {
    http: [httpPort],
    udp: udpPort === -1 ? [] : [udpPort],
    override: values.get('http-override') as string | undefined,
  });
}

/** The servers of netexec on any number of ports. */
export async function serveNetexec(
  context: ContainerContext,
  ports: {
    readonly http: readonly number[];
    readonly udp: readonly number[];
    readonly override?: string | undefined;
  },
): Promise<Running> {
  const log = goLog(context);
  const { network } = context;
  const hostname = hostnameOf(context.pod);
  // Set before the first request can come: servers are opened below, and only then is anything read.
  let running: BuiltIn | undefined;
  const routes = netexecRoutes(context, (code) => running?.end({ code }));
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (ports.override !== undefined) request.url = ports.override;
    routes(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else sendText(response, `${error.message}\n`, 500);
    });
  };
  const http = ports.http.map((port) => async (): Promise<Close> => {
    const close = await serveHttp(network, port, answer);
    log(`Started HTTP server on port ${port}`);
    return close;
  });
  const udp = ports.udp.map((port) => async (): Promise<Close> => {
    const close = await serveUdp(network, port, (message, from) => udpAnswer(message, from, hostname, log));
    log(`Started UDP server on port ${port}`);
    return close;
  });
  running = builtIn(await serveAll([...udp, ...http]));
  return running;
}
